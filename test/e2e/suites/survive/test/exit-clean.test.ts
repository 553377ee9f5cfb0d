import { expect, test } from 'vitest';

test('before', () => {
  expect(1).toBe(1);
});

test('bad', async () => {
  (process as unknown as { reallyExit(code: number): void }).reallyExit(0);
  await new Promise(() => {});
});

test('after', async () => {
  await new Promise((resolve) => setTimeout(resolve, 60));
});
