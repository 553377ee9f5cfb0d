import { expect, test } from 'vitest';
import { trace } from '../order.js';

test('passes first', () => {
  expect(trace('c/first')).toBe(1);
});

test('fails, and would bail out', () => {
  expect(trace('c/fails')).toBe(0);
});
