import { expect, test } from 'vitest';
import { retry } from './retry.js';

test('each wait is twice the one before', async () => {
  const waits: number[] = [];

  await expect(
    retry(
      async () => {
        throw new Error('busy');
      },
      4,
      async (ms) => {
        waits.push(ms);
      },
    ),
  ).rejects.toThrow('busy');

  expect(waits).toEqual([10, 20, 40]);
});
