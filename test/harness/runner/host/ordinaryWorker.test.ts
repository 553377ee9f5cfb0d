import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OrdinaryWorker } from '../../../../harness/runner/host/ordinaryWorker.js';
import type { PoolWorker } from '../../../../harness/runner/host/vitestFace.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => vi.useRealTimers());

/** Vitest's worker, which ends as told. */
const vitestWorker = (stop: () => Promise<void>): PoolWorker =>
  ({ name: 'forks', stop }) as unknown as PoolWorker;

test('stopping a worker waits for its end', async () => {
  let end: () => void = () => undefined;
  const worker = new OrdinaryWorker(
    vitestWorker(
      () =>
        new Promise((resolve) => {
          end = resolve;
        }),
    ),
  );
  let isOver = false;
  const stopped = worker.stop().then(() => {
    isOver = true;
  });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(isOver).toBe(false);
  end();
  await stopped;
  expect(vi.getTimerCount()).toBe(0);
});

test('stopping a worker whose end is never told does not wait for ever', async () => {
  const worker = new OrdinaryWorker(vitestWorker(() => new Promise(() => undefined)));
  const stopped = worker.stop();
  await vi.advanceTimersByTimeAsync(15_000);
  await expect(stopped).resolves.toBeUndefined();
});
