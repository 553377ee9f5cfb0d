import { expect, test } from 'vitest';

test('before', () => {
  expect(1).toBe(1);
});

test('bad', async () => {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(1e5).fill(0).map((_, i) => ({ i })));
});

test('after', async () => {
  await new Promise((resolve) => setTimeout(resolve, 60));
});
