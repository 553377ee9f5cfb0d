import { expect, test } from 'vitest';

test('before', () => {
  expect(1).toBe(1);
});

test('bad', async () => {
  const kept: number[][] = [];
  for (;;) kept.push(new Array<number>(1e6).fill(0.5));
});

test('after', async () => {
  await new Promise((resolve) => setTimeout(resolve, 60));
});
