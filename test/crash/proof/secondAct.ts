import { isDeepStrictEqual } from 'node:util';
import { FlakehoundError } from '../../../src/errors.js';
import type { JobStore } from '../../../src/jobs/jobStore.js';
import { look } from './look.js';

/** What came of opening a recovered store once more, of writing to it, and of opening it again. */
export interface SecondAct {
  /** Shown by the second open. */
  readonly again: string;
  /** Whether the epoch grew with each open. */
  readonly epochs: readonly number[];
  /** Shown after the writes, and by the open after them. */
  readonly written: string;
  readonly reopened: string;
  /** Compare-and-set with a version that was used up: whether it was refused each time. */
  readonly staleRefused: boolean;
}

/** Goes on where a recovery ended; every process dies rather than to close its store. */
export async function secondAct(given: {
  /** Of the first open. */
  readonly epoch: number;
  readonly ids: readonly string[];
  readonly open: (again: number) => Promise<JobStore>;
}): Promise<SecondAct> {
  const { epoch, ids, open } = given;
  const second = await open(1);
  const found = await look(second, ids);
  let staleRefused = true;
  for (const { id, version } of found.jobs.slice(0, 2)) {
    staleRefused &&= await isRefused(second, id, version + 1);
    await second.update(id, { data: 'after the crash' }, { ifVersion: version });
    staleRefused &&= await isRefused(second, id, version);
  }
  await second.create({ id: 'after the crash', type: 'late' });
  await second.appendLog('after the crash', { message: 'still here' });
  const written = await look(second, ids);
  const third = await open(2);
  const reopened = await look(third, ids);
  const epochs = [epoch, found.health.epoch, reopened.health.epoch];
  return {
    again: found.text,
    epochs,
    written: written.text,
    reopened: reopened.text,
    staleRefused: staleRefused && isDeepStrictEqual(written.counts, reopened.counts),
  };
}

async function isRefused(store: JobStore, id: string, ifVersion: number): Promise<boolean> {
  try {
    await store.update(id, { data: 'never' }, { ifVersion });
    return false;
  } catch (error) {
    return error instanceof FlakehoundError && error.code === 'JOB_CONFLICT';
  }
}
