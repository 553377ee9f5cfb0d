import { expect, test } from 'vitest';
import { nothing } from './no-such-file.js';

test('never collected', () => {
  expect(nothing).toBe(1);
});
