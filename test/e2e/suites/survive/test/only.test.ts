import { expect, test } from 'vitest';

test('left out', () => {
  expect(1).toBe(2);
});

test.only('the only one', () => {
  expect(1).toBe(1);
});
