/**
 * Fills the log and makes no checkpoint of it; then waits to be killed, so that whoever opens the
 * store next must replay all.
 */

import { openStore } from '../../../../src/index.js';
import { fillStore } from '../contestants/store.js';
import { dataOf, jobId } from '../record.js';
import { answer, given } from './answer.js';

const { dir, jobs, records } = given<{
  readonly dir: string;
  readonly jobs: number;
  readonly records: number;
}>();
const writers = 2000;

answer(async () => {
  const store = await openStore(dir, { checkpoint: { logBytes: 2 ** 40 } });
  await fillStore(store, 0, jobs, () => true);
  await store.checkpoint();
  const { lsn } = await store.health();
  let left = records;
  const write = async (writer: number): Promise<void> => {
    for (let n = writer; left > 0; n = (n + writers) % jobs) {
      left--;
      await store.update(jobId(n), { progress: 0.25, data: dataOf(n, left) });
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return { records: (await store.health()).lsn - lsn };
});
