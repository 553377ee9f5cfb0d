import { type GroupStep, isFinal, type JobStore } from '../../src/index.js';
import { listHunts, reportOfHunt } from './huntReader.js';
import {
  asJson,
  durationsId,
  jobTypes,
  runId,
  type StoredHunt,
  storedHunt,
  summaryId,
} from './huntRecord.js';
import { resultOf } from './huntRecorder.js';
import { NameBook } from './names.js';
import { packSummary } from './packSummary.js';

/** How much detail of past hunts is kept. */
export interface Retention {
  /** Newest hunts that keep how long each test took, and their runs. */
  readonly hunts: number;
  /** Of these runs, those of the newest hunts that have no more than so many together. */
  readonly runs: number;
  /** An unfinished hunt that nothing happened to for so long, in ms, is given up. */
  readonly giveUpAfterMs: number;
}

/** What a store of hunts keeps unless told otherwise: some ten megabytes for a thousand tests. */
export const usualRetention: Retention = {
  hunts: 10,
  runs: 1_000,
  giveUpAfterMs: 7 * 24 * 3_600_000,
};

/** Older ones have been dealt with when they were this young. */
const mostLookedAt = 100;
const stepsAtOnce = 200;

/**
 * Drops the details of old hunts: all that stays of one is its own job and its summary. What is cut
 * off in the middle of this is done the next time.
 *
 * @param nowMs - ms since 1970
 */
export async function dropOldDetails(
  store: JobStore,
  retention: Retention,
  nowMs: number,
): Promise<void> {
  const newest = await listHunts(store, { limit: mostLookedAt, isWanted: () => true });
  const hunts = [...newest, ...(await olderOpen(store, newest))];
  let place = 0;
  let runs = 0;
  for (const hunt of hunts) {
    const isOpen = !isFinal(hunt.job.status);
    if (isOpen && nowMs - hunt.job.updatedAt < retention.giveUpAfterMs) continue;
    if (isOpen) await giveUp(store, hunt);
    place += 1;
    runs += runsOf(hunt);
    const isNew = place <= retention.hunts;
    if (!isNew || runs > retention.runs) await dropAll(store, (run) => runId(hunt.id, run), 1);
    if (!isNew) await dropAll(store, (part) => durationsId(hunt.id, part), 0);
  }
}

/**
 * What the end of a hunt leaves to be done: dropping the details of old ones, and a checkpoint, so
 * that lists have no log to read and the disk gets back what was dropped.
 */
export async function tidyUp(store: JobStore, nowMs: number): Promise<void> {
  await dropOldDetails(store, usualRetention, nowMs);
  // Each open begins a segment, and only a checkpoint lets old ones go.
  await store.checkpoint();
}

/** Hunts that were cut off and that many others have begun after. */
async function olderOpen(
  store: JobStore,
  newest: readonly StoredHunt[],
): Promise<readonly StoredHunt[]> {
  const seen = new Set(newest.map(({ id }) => id));
  const open = await store.list({ type: jobTypes.hunt, status: 'active' });
  return open
    .filter(({ id }) => !seen.has(id))
    .map(storedHunt)
    .filter((hunt) => hunt !== null);
}

const runsOf = ({ result }: StoredHunt): number =>
  result === null ? 0 : result.runs.done + result.runs.crashed;

async function giveUp(store: JobStore, hunt: StoredHunt): Promise<void> {
  const names = await NameBook.open(store);
  const report = await reportOfHunt(store, hunt, names);
  const steps: GroupStep[] = [];
  if ((await store.get(summaryId(hunt.id))) === undefined) {
    const data = asJson(packSummary(report, names));
    steps.push({
      kind: 'create',
      id: summaryId(hunt.id),
      type: jobTypes.summary,
      parent: hunt.id,
      data,
    });
  }
  const result = asJson(resultOf(report));
  steps.push({ kind: 'transition', id: hunt.id, to: 'cancelled', result });
  await store.group(steps);
}

/** From the last to the first, so that what a crash leaves still begins with the first. */
async function dropAll(
  store: JobStore,
  idOf: (number: number) => string,
  first: number,
): Promise<void> {
  let count = 1;
  while ((await store.get(idOf(first + count - 1))) !== undefined) count *= 2;
  const steps: GroupStep[] = [];
  for (let at = count - 2; at >= 0; at--) steps.push({ kind: 'remove', id: idOf(first + at) });
  for (let at = 0; at < steps.length; at += stepsAtOnce) {
    await store.group(steps.slice(at, at + stepsAtOnce));
  }
}
