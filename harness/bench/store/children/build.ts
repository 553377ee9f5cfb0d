/** Builds a store of many jobs and closes it. */

import { openStore } from '../../../../src/index.js';
import { fillStore } from '../contestants/store.js';
import { answer, given } from './answer.js';

const { dir, jobs } = given<{ readonly dir: string; readonly jobs: number }>();

answer(async () => {
  const from = performance.now();
  const store = await openStore(dir);
  await fillStore(store, 0, jobs, (n) => n % 100 === 0);
  await store.checkpoint();
  const { checkpoint } = (await store.health()).sizes;
  await store.close();
  return { ms: performance.now() - from, bytes: checkpoint };
});
