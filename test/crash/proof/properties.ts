import type { Invariant, Seen } from '../../../harness/property/index.js';
import { isFinal, jobStatuses } from '../../../src/index.js';
import type { Job } from '../../../src/jobs/job.js';
import type { Course } from './course.js';
import type { Shown } from './wake.js';

/** One of the 17 things that every crash point must keep, as a judgement of what was recovered. */
export interface Property {
  readonly number: number;
  readonly name: string;
  /** Undefined when it holds, else why not. `undefined` in place of a judgement: nothing to judge. */
  readonly judge: (sight: Sight) => string | undefined;
  /** Whether a state says anything about it; always when left out. */
  readonly applies?: (sight: Sight) => boolean;
}

/** A recovered state beside what was known before the crash. */
export interface Sight extends Seen<Shown> {
  readonly course: Course;
  /** Of the calls so many, from the first on, are acknowledged for sure. */
  readonly sure: number;
  /** So many have begun. */
  readonly begun: number;
}

/** How often each property was judged, by its number. */
export type Counts = Map<number, number>;

/** All that a course promises, as the invariants that `assertCrashSafe` takes. */
export function invariantsOf(
  course: Course,
  counts: Counts,
): Readonly<Record<string, Invariant<Shown>>> {
  const invariants: Record<string, Invariant<Shown>> = {};
  for (const { number, name, judge, applies } of properties) {
    invariants[`${number} ${name}`] = (seen) => {
      const sight = sightOf(seen, course);
      if (applies !== undefined && !applies(sight)) return undefined;
      counts.set(number, (counts.get(number) ?? 0) + 1);
      return judge(sight);
    };
  }
  return invariants;
}

let lastSeen: Seen<Shown> | undefined;
let lastSight: Sight | undefined;

/** The same for all properties of one state. */
function sightOf(seen: Seen<Shown>, course: Course): Sight {
  if (seen === lastSeen && lastSight?.course === course) return lastSight;
  let sure = 0;
  for (const { value } of seen.acknowledged) {
    if (typeof value === 'number') sure = Math.max(sure, value + 1);
  }
  let begun = 0;
  for (const { label } of seen.started) if (label.startsWith('call ')) begun++;
  lastSeen = seen;
  lastSight = { ...seen, course, sure, begun };
  return lastSight;
}

/** Whether stage n may be what is shown; by a call in flight also what it would have done. */
function isStage({ course, state, begun }: Sight, n: number): boolean {
  const stage = course.stages[n];
  if (stage === undefined) return false;
  return (
    stage.text === state.text || (n === begun && isOpen(course, n) && stage.also === state.text)
  );
}

/** Whether nobody was told yet what came of the call that led to a stage. */
function isOpen(course: Course, stage: number): boolean {
  return course.calls[stage - 1] !== undefined;
}

/** The last stage not after `upTo` that is shown; -1 when none is. */
function stageShown(sight: Sight, upTo: number): number {
  for (let n = upTo; n >= 0; n--) if (isStage(sight, n)) return n;
  return -1;
}

const isFaultRun = ({ course }: Sight): boolean => course.how.isFaulty === true;
const haunted = ({ course }: Sight): boolean => course.zombies.length > 0;

const properties: readonly Property[] = [
  {
    number: 1,
    name: 'acknowledged writes survive',
    judge(sight) {
      const shown = stageShown(sight, sight.begun);
      if (shown >= sight.sure || shown === -1) return undefined;
      return `${sight.sure} calls were acknowledged, and what is shown is after ${shown}`;
    },
  },
  {
    number: 2,
    name: 'the state is a prefix in commit order',
    judge(sight) {
      if (stageShown(sight, sight.begun) >= 0) return undefined;
      const { course, sure, begun, state } = sight;
      const allowed = course.stages.slice(sure, begun + 1).map(({ text }) => text);
      return `it is none of the stages up to ${begun}; shown:\n${state.text}\nallowed, from stage ${sure} on:\n${allowed.join('\n--\n')}`;
    },
  },
  {
    number: 3,
    name: 'groups are atomic',
    // A merged recovery file, an error event or a zombie's write has records that the model has not.
    applies: (sight) => !isFaultRun(sight) && !haunted(sight),
    judge({ course, sure, begun, state }) {
      const ends = course.stages.slice(sure, begun + 1).map(({ state: { lsn } }) => lsn);
      if (ends.includes(state.health.lsn)) return undefined;
      return `the log ends at LSN ${state.health.lsn}, and calls end at ${ends.join(', ')}`;
    },
  },
  {
    number: 4,
    name: 'no deleted job returns',
    judge({ course, sure, begun, state }) {
      for (const [id, isFound] of state.found) {
        if (!isFound && !state.logs.some(({ jobId }) => jobId === id)) continue;
        let mayBe = false;
        for (let n = sure; n <= begun && !mayBe; n++) {
          mayBe = course.stages[n]?.state.jobs.has(id) ?? false;
        }
        mayBe ||= course.stages[begun]?.also?.includes(JSON.stringify(id)) ?? false;
        if (!mayBe) return `${id} is there, or its log`;
      }
      return undefined;
    },
  },
  {
    number: 5,
    name: 'versions only grow, and no compare-and-set succeeds twice',
    judge({ course, sure, state }) {
      const known = course.stages[sure]?.state.jobs;
      for (const job of state.jobs) {
        const before = known?.get(job.id);
        if (before?.createdAt === job.createdAt && before.version > job.version) {
          return `${job.id} had version ${before.version} and has ${job.version}`;
        }
      }
      return state.after?.staleRefused === false ? 'a stale version was accepted' : undefined;
    },
  },
  {
    number: 6,
    name: 'recovery is idempotent',
    applies: ({ state }) => state.after !== undefined,
    judge: ({ state }) =>
      state.after?.again === state.text ? undefined : `a second open shows\n${state.after?.again}`,
  },
  {
    number: 7,
    name: 'a crash during recovery, checkpoint, rotation or first open is one like any other',
    judge({ course, acknowledged, state }) {
      const opens = acknowledged.filter(({ label }) => label.startsWith('open ')).length;
      const last = course.epochs[opens - 1] ?? 0;
      const { epoch, status, reasons } = state.health;
      if (epoch <= last) return `the epoch is ${epoch}, and ${last} was served`;
      if (status === 'readOnly') return `it opened to be read only: ${reasons.join('; ')}`;
      const epochs = state.after?.epochs ?? [];
      return epochs.every((one, at) => at === 0 || one > epochs[at - 1]!)
        ? undefined
        : `the epochs are ${epochs.join(', ')}`;
    },
  },
  {
    number: 8,
    name: 'no frame of an older generation is accepted',
    judge({ course, begun, state }) {
      const { lsn, lastCheckpoint, recovery } = state.health;
      const from = lastCheckpoint?.lsn ?? 0;
      const most = course.stages[begun]?.state.lsn ?? 0;
      if (!haunted({ course } as Sight) && course.how.isFaulty !== true && lsn > most) {
        return `the log ends at LSN ${lsn}, and ${most} records were begun`;
      }
      // What is merged at the open itself comes behind what was replayed.
      if (recovery.mergedUpdates === 0 && recovery.replayedRecords !== lsn - from) {
        return `${recovery.replayedRecords} records were replayed from LSN ${from} to ${lsn}`;
      }
      const { after } = state;
      return after === undefined || after.written === after.reopened
        ? undefined
        : `what was written after the crash reads\n${after.reopened}\ninstead of\n${after.written}`;
    },
  },
  {
    number: 9,
    name: 'what is shown is whole and agrees with itself',
    judge({ state }) {
      return (
        state.jobs.map((job, at) => strangeJob(job, at, state)).find(Boolean) ?? miscounted(state)
      );
    },
  },
  {
    number: 10,
    name: 'a rejected write is absent or said to be unknown',
    applies: ({ course, sure }) => course.calls.slice(0, sure).some(({ isRejected }) => isRejected),
    judge(sight) {
      // A rejected call leaves the stage before it: whatever shows more shows what was rejected.
      return stageShown(sight, sight.begun) >= 0 ? undefined : 'a rejected call had an effect';
    },
  },
  {
    number: 11,
    name: 'a failed sync is never acknowledged',
    applies: isFaultRun,
    judge(sight) {
      return stageShown(sight, sight.begun) >= sight.sure
        ? undefined
        : 'what was told is not there';
    },
  },
  {
    number: 12,
    name: 'an old owner never acknowledges after a takeover',
    applies: haunted,
    judge({ course, acknowledged, state }) {
      for (const zombie of course.zombies) {
        const isThere = state.jobs.some(({ id }) => id === zombie.id);
        const isTold = acknowledged.some(({ label }) => label === zombie.id);
        if (isTold && !isThere) return `${zombie.id} was acknowledged and is gone`;
        // The odd ones write when the next owner has opened.
        const isLate = course.zombies.indexOf(zombie) % 2 === 1;
        if (isLate && (isThere || zombie.outcome === 'acknowledged')) {
          return `${zombie.id} came through after the takeover`;
        }
        if (
          zombie.outcome === 'rejected' &&
          isThere &&
          isSettled(course, acknowledged, zombie.id)
        ) {
          return `${zombie.id} was rejected and is there`;
        }
      }
      return undefined;
    },
  },
  {
    number: 13,
    name: 'the recovery file is merged once',
    applies: ({ course, state: { health } }) =>
      course.calls.some(({ step, isRejected }) => step[0] === 'flush' && isRejected) &&
      health.recovery.mergedUpdates + health.recovery.notes.length > 0,
    judge(sight) {
      // A second merge makes another version of the job, which is no stage, or is left out for that.
      if (stageShown(sight, sight.begun) < 0) return 'what is shown is no stage';
      const again = sight.state.health.recovery.notes.find((note) => /left out/.test(note));
      return again === undefined ? undefined : `it was merged again: ${again}`;
    },
  },
  {
    number: 14,
    name: 'a backup restores to its LSN',
    applies: ({ course, state }) =>
      state.backup !== undefined || course.calls.some(({ step }) => step[0] === 'backup'),
    judge({ course, sure, begun, state: { backup } }) {
      const made = course.calls
        .map((call, at) => ({ call, stage: at + 1 }))
        .filter(
          ({ call, stage }) => call.step[0] === 'backup' && stage <= begun && !call.isRejected,
        );
      const settled = made.filter(({ stage }) => stage <= sure);
      if (backup === undefined) return settled.length > 0 ? 'the backup is gone' : undefined;
      if (backup.failure !== undefined) return `it can't be read: ${String(backup.failure)}`;
      const from = settled.at(-1)?.stage ?? 0;
      const isOne = course.stages.some(
        ({ apart, state }, stage) =>
          stage >= from &&
          stage <= begun &&
          apart === backup.text &&
          (course.how.isFaulty === true || state.lsn === backup.lsn),
      );
      return isOne
        ? undefined
        : `it holds, at LSN ${backup.lsn}, no stage from ${from} to ${begun}:\n${backup.text}`;
    },
  },
  {
    number: 15,
    name: 'a job’s log is neither ahead of nor behind the job',
    judge({ state }) {
      for (const [at, job] of state.jobs.entries()) {
        if (job.type !== pairedType) continue;
        const told = state.logsOf[at]?.length ?? 0;
        if (job.version - 1 !== told)
          return `${job.id} changed ${job.version - 1} times and its log has ${told} entries`;
      }
      return undefined;
    },
    applies: ({ state }) => state.jobs.some(({ type }) => type === pairedType),
  },
  {
    number: 16,
    name: 'a full disk leaves reads working',
    applies: (sight) => isFaultRun(sight) && sight.course.calls.some(isFull),
    // The course itself reads after each call; a read that fails or differs fails the workload.
    judge: ({ course }) => (course.looks > 0 ? undefined : 'nobody read'),
  },
  {
    number: 17,
    name: 'every call × errno × short count ends in one of these',
    applies: isFaultRun,
    judge(sight) {
      if (stageShown(sight, sight.begun) < sight.sure) return 'it ends in none of them';
      const strange = sight.course.calls.find(
        ({ outcome }) =>
          outcome?.kind === 'refused' && !/^(JOB|STORE|CHECKPOINT|BACKUP|LOG)_/.test(outcome.code),
      );
      return strange === undefined ? undefined : 'a failure has no name of the store’s';
    },
  },
];

/** Of jobs whose every change comes in one group with an entry of their log. */
export const pairedType = 'paired';

/** The properties by their numbers. */
export const propertyNames: ReadonlyMap<number, string> = new Map(
  properties.map(({ number, name }) => [number, name]),
);

function isFull({ outcome }: Course['calls'][number]): boolean {
  return outcome?.kind === 'refused' && outcome.code === 'STORE_DISK_FULL';
}

/** Whether something was told after a zombie's write began, so that its end was known. */
function isSettled(course: Course, acknowledged: Sight['acknowledged'], id: string): boolean {
  const next = course.zombies[course.zombies.findIndex((zombie) => zombie.id === id) + 1];
  return next !== undefined && acknowledged.some(({ label }) => label === next.id);
}

function strangeJob(job: Job, at: number, { got, logsOf, logs }: Shown): string | undefined {
  const { id, status, createdAt, updatedAt, startedAt, finishedAt } = job;
  if (got[at]?.version !== job.version || got[at]?.updatedAt !== updatedAt) {
    return `get and list differ about ${id}`;
  }
  const begins = startedAt ?? createdAt;
  const isOrdered =
    createdAt <= begins && begins <= (finishedAt ?? begins) && createdAt <= updatedAt;
  if (!isOrdered || isFinal(status) !== (finishedAt !== null)) {
    return `the times of ${id} contradict each other`;
  }
  const own = logsOf[at] ?? [];
  if (own.some(({ number }, index) => number !== index + 1)) return `the log of ${id} has gaps`;
  const all = logs.filter(({ jobId }) => jobId === id).length;
  return all === own.length ? undefined : `logs and recentLogs differ about ${id}`;
}

function miscounted({ jobs, counts, logs }: Shown): string | undefined {
  const wrong = jobStatuses.find(
    (status, at) => jobs.filter((job) => job.status === status).length !== counts[at],
  );
  if (wrong !== undefined) return `the number of ${wrong} jobs is wrong`;
  const ids = new Set(jobs.map(({ id }) => id));
  if (ids.size !== jobs.length) return 'a job is there twice';
  const stray = logs.find(({ jobId }) => !ids.has(jobId));
  return stray === undefined ? undefined : `there is a log of no job: ${stray.jobId}`;
}
