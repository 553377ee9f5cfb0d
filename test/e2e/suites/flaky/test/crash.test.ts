import { expect, test } from 'vitest';
import { nth } from '../count.js';

test('is safe', () => {
  expect(1).toBe(1);
});

test('kills its worker in run 5', async () => {
  if (nth('crash') !== 5) return;
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => {});
});
