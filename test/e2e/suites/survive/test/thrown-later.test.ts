import { expect, test } from 'vitest';

test('before', () => {
  expect(1).toBe(1);
});

test('bad', async () => {
  setTimeout(() => {
    throw new Error('thrown by a timer after its test');
  }, 5);
});

test('after', async () => {
  await new Promise((resolve) => setTimeout(resolve, 60));
});
