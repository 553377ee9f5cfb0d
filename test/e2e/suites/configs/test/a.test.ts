import { expect, test } from 'vitest';
import { trace } from '../order.js';

test('is last, in the module state of all', () => {
  expect(trace('a/shared')).toBe(6);
});
