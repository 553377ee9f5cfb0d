/** Opens a store whose owner was killed. */
import { openStore } from '../../../../src/index.js';
import { answer, given } from './answer.js';

const { dir } = given<{ readonly dir: string }>();

answer(async () => {
  const from = performance.now();
  const store = await openStore(dir, { checkpoint: { logBytes: 2 ** 40 } });
  const ms = performance.now() - from;
  const { recovery } = await store.health();
  return { ms, records: recovery.replayedRecords };
});
