import type { JobStore } from '../../../../src/index.js';
import type { Contestant } from '../race.js';
import { dataOf, jobId } from '../record.js';

/** Jobs are made so many at a time. */
const batch = 1000;

/** Makes jobs `from` up to `to`, and makes those active of which `isActive` says so. */
export async function fillStore(
  store: JobStore,
  from: number,
  to: number,
  isActive: (n: number) => boolean = () => false,
): Promise<void> {
  for (let first = from; first < to; first += batch) {
    const numbers = Array.from({ length: Math.min(batch, to - first) }, (_, k) => first + k);
    await store.group(
      numbers.map((n) => ({ kind: 'create', id: jobId(n), type: 'hunt', data: dataOf(n, 1) })),
    );
    const active = numbers.filter(isActive);
    if (active.length === 0) continue;
    await store.group(active.map((n) => ({ kind: 'transition', id: jobId(n), to: 'active' })));
  }
}

/**
 * Writers that each wait for their own update before they make the next: `writers` updates are one
 * unit of the race.
 *
 * @param jobs - in the store already; a multiple of `writers`, so that no two meet at one job
 */
export function createStore(store: JobStore, jobs: number, writers: number): Contestant {
  let version = 1;
  const write = async (writer: number, units: number): Promise<void> => {
    for (let unit = 0; unit < units; unit++) {
      const n = (writer + unit * writers) % jobs;
      await store.update(jobId(n), { progress: 0.25, data: dataOf(n, ++version) });
    }
  };
  return {
    name: 'store',
    async turn(units) {
      if (writers === 1) return write(version % jobs, units);
      await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer, units)));
    },
    close: () => store.close(),
  };
}
