import { FlakehoundError } from '../../src/index.js';
import type {
  AttemptFinished,
  FailureDetail,
  FilePhase,
  NoticeGiven,
  Outcome,
  RunEvent,
  RunFinished,
  TestIdentity,
} from '../events.js';
import type { FailureTable, PackedFailures } from './failureTable.js';
import type { NameBook, Place } from './names.js';

/**
 * A run that is over, in about ten bytes an attempt. On disk: see `recordFormat`.
 *
 * What happened to one file stays in its order; what happened to several at once does not, for no
 * reader may depend on that.
 */
export interface PackedRun {
  readonly condition: RunFinished['condition'];
  readonly status: RunFinished['status'];
  readonly durationMs: number;
  /** Time that the hunt had taken when this run ended. */
  readonly elapsedMs: number;
  /** For each attempt, by how much its test's number exceeds that of the attempt before. */
  readonly tests: readonly number[];
  /** For each attempt a letter of `outcomeLetters`. */
  readonly outcomes: string;
  /** Of attempts that were not skipped, in ms, to the microsecond. */
  readonly durations: readonly number[];
  /** Number of the failure, for each attempt that failed. */
  readonly failed: readonly number[];
  /** `[attempt's place, its number]` where that isn't the count of its test's earlier attempts. */
  readonly tries: readonly (readonly [number, number])[];
  /** `[number of the file, ms]` */
  readonly files: readonly (readonly [number, number])[];
  /** `[number of the file, phase, number of the failure]` */
  readonly fileFailures: readonly (readonly [number, FilePhase, number])[];
  /** Numbers of failures. */
  readonly errors: readonly number[];
  /** `[code, message]` */
  readonly notices: readonly (readonly [string, string])[];
  /** How many failures the hunt had before this run: the first number that is new. */
  readonly firstFailure: number;
  /** Failures that no earlier run of the hunt had. */
  readonly newFailures: PackedFailures;
}

/** On disk: never change a letter. */
const outcomeLetters = {
  passed: 'p',
  failed: 'f',
  timedOut: 't',
  crashed: 'c',
  declared: 's',
  notReached: 'n',
} as const;

const outcomesByLetter = Object.fromEntries(
  Object.entries(outcomeLetters).map(([name, letter]) => [letter, name]),
) as Record<string, keyof typeof outcomeLetters>;

/** Tests and files that a run names. */
export function namedIn(events: readonly RunEvent[]): {
  readonly tests: readonly TestIdentity[];
  readonly files: readonly Place[];
} {
  const tests = new Map<string, TestIdentity>();
  const files: Place[] = [];
  for (const event of events) {
    if (event.type === 'attemptFinished') tests.set(event.test.id, event.test);
    if (event.type === 'fileFailed' || event.type === 'fileFinished') files.push(event);
  }
  return { tests: [...tests.values()], files };
}

/**
 * Packs what a run told.
 *
 * @param events - ending with `runFinished`
 * @param names - knows all that `namedIn` answers
 * @param failures - those of the hunt's earlier runs; learns those of this one
 */
export function packRun(
  events: readonly RunEvent[],
  { names, failures, elapsedMs }: Packing,
): PackedRun {
  const firstNew = failures.size;
  const attempts = packAttempts(events, names, failures);
  const files: [number, number][] = [];
  const fileFailures: [number, FilePhase, number][] = [];
  const errors: number[] = [];
  const notices: [string, string][] = [];
  let finished: RunFinished | null = null;
  for (const event of events) {
    if (event.type === 'fileFinished') {
      files.push([names.fileNumber(event), toMicroseconds(event.durationMs)]);
    } else if (event.type === 'fileFailed') {
      const failure = failures.numberOf(event.failure);
      fileFailures.push([names.fileNumber(event), event.phase, failure]);
    } else if (event.type === 'errorRaised') {
      errors.push(failures.numberOf(event.failure));
    } else if (event.type === 'noticeGiven') {
      notices.push([event.code, event.message]);
    } else if (event.type === 'runFinished') {
      finished = event;
    }
  }
  if (finished === null) throw damaged('a run has no end');
  return {
    condition: finished.condition,
    status: finished.status,
    durationMs: toMicroseconds(finished.durationMs),
    elapsedMs: toMicroseconds(elapsedMs),
    ...attempts,
    files,
    fileFailures,
    errors,
    notices,
    firstFailure: firstNew,
    newFailures: failures.packedFrom(firstNew),
  };
}

/** What packing needs besides the events. */
export interface Packing {
  readonly names: NameBook;
  readonly failures: FailureTable;
  readonly elapsedMs: number;
}

function packAttempts(events: readonly RunEvent[], names: NameBook, failures: FailureTable) {
  const tests: number[] = [];
  const durations: number[] = [];
  const failed: number[] = [];
  const tries: [number, number][] = [];
  const seen = new Map<number, number>();
  let outcomes = '';
  let last = 0;
  for (const event of events) {
    if (event.type !== 'attemptFinished') continue;
    const { outcome } = event;
    const number = names.testNumber(event.test.id);
    const expected = seen.get(number) ?? 0;
    if (event.attempt !== expected) tries.push([tests.length, event.attempt]);
    seen.set(number, expected + 1);
    tests.push(number - last);
    last = number;
    outcomes += outcomeLetters[outcome.kind === 'skipped' ? outcome.why : outcome.kind];
    if (outcome.kind === 'skipped') continue;
    durations.push(toMicroseconds(outcome.durationMs));
    if (outcome.kind !== 'passed') failed.push(failures.numberOf(outcome.failure));
  }
  return { tests, outcomes, durations, failed, tries };
}

const toMicroseconds = (ms: number): number => Math.round(ms * 1000) / 1000;

/**
 * Tells again what a run told; a failure is told as the first of the hunt with its signature.
 *
 * @param failures - those of the hunt's earlier runs; learns those of this one
 * @throws FlakehoundError `HISTORY_DAMAGED`
 */
export function unpackRun(
  run: number,
  packed: PackedRun,
  { names, failures }: Pick<Packing, 'names' | 'failures'>,
): readonly RunEvent[] {
  if (failures.size !== packed.firstFailure)
    throw damaged(`failures before run ${run} are missing`);
  failures.unpack(packed.newFailures);
  const failureOf = (number: number | undefined): FailureDetail => {
    const failure = number === undefined ? undefined : failures.failure(number);
    if (failure === undefined) throw damaged(`run ${run} names a failure that no run had`);
    return failure;
  };
  const at = { run, condition: packed.condition };
  return [
    ...unpackAttempts(at, packed, names, failureOf),
    ...packed.fileFailures.map(
      ([file, phase, failure]) =>
        ({
          type: 'fileFailed',
          ...at,
          ...names.file(file),
          phase,
          failure: failureOf(failure),
        }) as const,
    ),
    ...packed.files.map(
      ([file, durationMs]) =>
        ({ type: 'fileFinished', ...at, ...names.file(file), durationMs }) as const,
    ),
    ...packed.errors.map(
      (failure) => ({ type: 'errorRaised', ...at, failure: failureOf(failure) }) as const,
    ),
    ...packed.notices.map(
      ([code, message]): NoticeGiven => ({ type: 'noticeGiven', code, message }),
    ),
    {
      type: 'runFinished',
      ...at,
      status: packed.status,
      durationMs: packed.durationMs,
    },
  ];
}

function unpackAttempts(
  at: Pick<AttemptFinished, 'run' | 'condition'>,
  packed: PackedRun,
  names: NameBook,
  failureOf: (number: number | undefined) => FailureDetail,
): AttemptFinished[] {
  const tries = new Map(packed.tries);
  const seen = new Map<number, number>();
  const durations = packed.durations.values();
  const failed = packed.failed.values();
  let number = 0;
  return packed.tests.map((step, place) => {
    number += step;
    const attempt = seen.get(number) ?? 0;
    seen.set(number, attempt + 1);
    const kind = outcomesByLetter[packed.outcomes[place] ?? ''];
    if (kind === undefined) throw damaged(`run ${at.run} has an outcome that is none`);
    return {
      type: 'attemptFinished',
      ...at,
      test: names.test(number),
      attempt: tries.get(place) ?? attempt,
      outcome: unpackOutcome(kind, durations, () => failureOf(failed.next().value)),
    };
  });
}

function unpackOutcome(
  kind: keyof typeof outcomeLetters,
  durations: Iterator<number>,
  failure: () => FailureDetail,
): Outcome {
  if (kind === 'declared' || kind === 'notReached') return { kind: 'skipped', why: kind };
  const durationMs = durations.next().value ?? 0;
  return kind === 'passed' ? { kind, durationMs } : { kind, durationMs, failure: failure() };
}

const damaged = (what: string): FlakehoundError =>
  new FlakehoundError('HISTORY_DAMAGED', `a stored hunt makes no sense: ${what}`, {
    hint: 'flakehound store check .flakehound/store says what is wrong with it',
  });
