/** Opens a store of many jobs, reads one, and tells how long that took and how much memory is in use. */
import { openStore } from '../../../../src/index.js';
import { answer, given } from './answer.js';

const { dir, id } = given<{ readonly dir: string; readonly id: string }>();
const rssMb = (): number => process.memoryUsage().rss / 1e6;

answer(async () => {
  const beforeMb = rssMb();
  const from = performance.now();
  const store = await openStore(dir);
  const openMs = performance.now() - from;
  const job = await store.get(id);
  const ms = performance.now() - from;
  const afterMb = rssMb();
  if (job?.id !== id) throw new Error(`${id} isn't there`);
  await store.close();
  return { openMs, ms, beforeMb, afterMb };
});
