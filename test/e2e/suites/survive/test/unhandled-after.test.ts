import { afterAll, expect, test } from 'vitest';

test('before', () => {
  expect(1).toBe(1);
});

test('bad', async () => {
  expect(1).toBe(1);
});

test('after', async () => {
  await new Promise((resolve) => setTimeout(resolve, 60));
});

afterAll(() => {
  setTimeout(() => Promise.reject(new Error('rejected after the tests')), 0);
});
