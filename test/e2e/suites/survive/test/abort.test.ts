import { expect, test } from 'vitest';

test('before', () => {
  expect(1).toBe(1);
});

test('bad', async () => {
  process.abort();
});

test('after', async () => {
  await new Promise((resolve) => setTimeout(resolve, 60));
});
