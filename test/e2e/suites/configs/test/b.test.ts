import { expect, test } from 'vitest';
import { trace } from '../order.js';

test('first of b', () => {
  expect(trace('b/first')).toBeGreaterThan(0);
});

test('second of b', () => {
  expect(trace('b/second')).toBeGreaterThan(0);
});
