import { expect, test } from 'vitest';
import { visits } from './visits.js';

test('is visited', ({ task }) => {
  task.meta.state = { visits: visits(), pid: process.pid };
  expect(process.connected).toBe(true);
});
