/** Carries out hunts one after the other, each as a process of its own would: it opens the store and closes it. */
import { invariant } from '../../../../src/index.js';
import { openHistory } from '../../../history/openHistory.js';
import { tidyUp } from '../../../history/retention.js';
import { answer, given } from '../../store/children/answer.js';
import { carryOut } from '../carryOut.js';

/** Hunts from `first` to before `end`. */
export interface Filling {
  readonly root: string;
  readonly first: number;
  readonly end: number;
  readonly tests: number;
  readonly runs: number;
}

answer(async () => {
  const { root, first, end, tests, runs } = given<Filling>();
  const from = performance.now();
  for (let hunt = first; hunt < end; hunt++) {
    const store = await openHistory(root, 'record');
    invariant(store !== null, 'a store that is to be recorded in is made');
    await carryOut(store, { root, hunt, tests, runs });
    await tidyUp(store, Date.now());
    await store.close();
  }
  return { ms: performance.now() - from };
});
