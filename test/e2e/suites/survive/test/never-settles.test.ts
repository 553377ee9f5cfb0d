import { expect, test } from 'vitest';

test('before', () => {
  expect(1).toBe(1);
});

test('bad', { timeout: 300 }, async () => {
  await new Promise(() => {});
});

test('after', () => {
  expect(1).toBe(1);
});
