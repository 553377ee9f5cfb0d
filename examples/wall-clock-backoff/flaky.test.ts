import { expect, test } from 'vitest';
import { retry } from './retry.js';

test('the last wait is twice the one before', async () => {
  const calledAt: number[] = [];

  await expect(
    retry(async () => {
      calledAt.push(performance.now());
      throw new Error('busy');
    }, 4),
  ).rejects.toThrow('busy');

  const waits = calledAt.slice(1).map((at, i) => at - calledAt[i]!);
  expect(waits[2]! / waits[1]!).toBeGreaterThan(1.95);
});
