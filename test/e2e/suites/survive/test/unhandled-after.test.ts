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
  // No timer: in the VM pools the worker may have gone before it fires.
  queueMicrotask(() => void Promise.reject(new Error('rejected after the tests')));
});
