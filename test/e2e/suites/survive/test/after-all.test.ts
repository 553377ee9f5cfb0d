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
  throw new Error('afterAll failed');
});
