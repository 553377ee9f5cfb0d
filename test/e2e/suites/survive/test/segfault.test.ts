import { expect, test } from 'vitest';

test('before', () => {
  expect(1).toBe(1);
});

test('bad', async () => {
  process.kill(process.pid, 'SIGSEGV');
  await new Promise(() => {});
});

test('after', async () => {
  await new Promise((resolve) => setTimeout(resolve, 60));
});
