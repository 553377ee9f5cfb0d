import { expect, test } from 'vitest';

test('before', () => {
  expect(1).toBe(1);
});

test('bad', async () => {
  Promise.reject(new Error('rejected during a test'));
  await new Promise((resolve) => setTimeout(resolve, 30));
});

test('after', async () => {
  await new Promise((resolve) => setTimeout(resolve, 60));
});
