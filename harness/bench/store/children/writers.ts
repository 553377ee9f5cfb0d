/** One of several processes that write to one store. */

import { openStore } from '../../../../src/index.js';
import { fillStore } from '../contestants/store.js';
import { dataOf, jobId } from '../record.js';
import { answer, given } from './answer.js';

const { dir, first, jobs, writers } = given<{
  readonly dir: string;
  /** This process' own jobs: `jobs` of them, from `first` on. */
  readonly first: number;
  readonly jobs: number;
  readonly writers: number;
}>();
const store = await openStore(dir);
let version = 1;

answer(
  async ({ forMs }: { readonly forMs: number }) => {
    if (forMs === 0) {
      await fillStore(store, first, first + jobs, () => true);
      return { updates: 0, ms: 0, role: (await store.health()).role };
    }
    let updates = 0;
    const from = performance.now();
    const write = async (writer: number): Promise<void> => {
      for (let n = writer; performance.now() - from < forMs; n = (n + writers) % jobs) {
        await store.update(jobId(first + n), {
          progress: 0.25,
          data: dataOf(first + n, ++version),
        });
        updates++;
      }
    };
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    return { updates, ms: performance.now() - from, role: (await store.health()).role };
  },
  () => store.close(),
);
