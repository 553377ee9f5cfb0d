import { expect, test } from 'vitest';

test('same', () => {
  expect(1).toBe(1);
});

test('same', () => {
  expect(1).toBe(2);
});

test.each([1, 2, 3])('number %i', (n) => {
  expect(n).toBeLessThan(3);
});

test.concurrent.each(['x', 'y'])('at once %s', async (letter) => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(letter).toBe('x');
});

test('arrow > in > name', () => {
  expect(1).toBe(1);
});
