/**
 * Tells how long the event loop stands still while a checkpoint is made. Timed by a loop of
 * `setImmediate`, the longest time from one call to the next; `monitorEventLoopDelay` besides.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { openStore } from '../../../../src/index.js';
import { dataOf, jobId } from '../record.js';
import { answer, given } from './answer.js';

const { dir, jobs, changed } = given<{
  readonly dir: string;
  readonly jobs: number;
  readonly changed: number;
}>();
const together = 1000;
const store = await openStore(dir, { checkpoint: { logBytes: 2 ** 40 } });
let version = 2;

answer(
  async () => {
    const step = Math.floor(jobs / changed);
    for (let first = 0; first < changed; first += together) {
      const numbers = Array.from({ length: together }, (_, k) => ((first + k) * step) % jobs);
      await Promise.all(numbers.map((n) => store.update(jobId(n), { data: dataOf(n, ++version) })));
    }
    const during = await stallOf(store.checkpoint());
    // As long as the checkpoint took, with nothing going on: what the machine does by itself.
    const idle = await stallOf(new Promise((resolve) => setTimeout(resolve, during.ms)));
    return { during, idle };
  },
  () => store.close(),
);

async function stallOf(work: Promise<unknown>): Promise<{
  readonly ms: number;
  readonly longestMs: number;
  readonly monitorMs: number;
}> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  const from = performance.now();
  let longestMs = 0;
  for (let last = from; !isDone; ) {
    await setImmediate();
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  }
  await done;
  monitor.disable();
  return { ms: performance.now() - from, longestMs, monitorMs: monitor.max / 1e6 };
}
