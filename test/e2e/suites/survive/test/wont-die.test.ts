import { expect, test } from 'vitest';

test('ignores every signal it can', () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('beforeExit', () => setTimeout(() => {}, 60_000));
  setInterval(() => {}, 1_000);
  expect(process.listenerCount('SIGTERM')).toBeGreaterThan(0);
});
