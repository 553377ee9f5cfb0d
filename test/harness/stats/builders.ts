import type {
  AttemptFinished,
  FailureDetail,
  FileFailed,
  FileFinished,
  HuntAsked,
  HuntEvent,
  HuntFinished,
  HuntStarted,
  Outcome,
  RunFinished,
  RunStarted,
  TestIdentity,
} from '../../../harness/events.js';
import type { HuntReport } from '../../../harness/stats/huntReport.js';
import { createTally } from '../../../harness/stats/tally.js';

/** Events with every value defaulted, so that each value written in a test matters. */
export const asked = (over: Partial<HuntAsked> = {}): HuntAsked => ({
  runs: 20,
  forMs: null,
  untilFailure: false,
  prove: null,
  ...over,
});

export const huntStarted = (over: Partial<HuntStarted> = {}): HuntStarted => ({
  type: 'huntStarted',
  id: 'hunt-1',
  seed: 7,
  root: '/checkout',
  command: ['hunt'],
  vitest: '4.1.12',
  node: '20.20.0',
  startedAt: '2026-01-01T00:00:00.000Z',
  asked: asked(),
  confidence: 0.95,
  conditions: ['baseline'],
  workers: 2,
  executor: 'vitest',
  files: 1,
  projects: [''],
  shard: null,
  ...over,
});

/** What `huntStarted` calls its start, in ms since 1970. */
export const startMs = Date.parse('2026-01-01T00:00:00.000Z');

export const identity = (over: Partial<TestIdentity> = {}): TestIdentity => {
  const test = { project: '', file: 'test/a.test.ts', name: 'saves', ordinal: 0, ...over };
  return { id: `${test.project}|${test.file}|${test.name}|${test.ordinal}`, ...test };
};

export const failure = (over: Partial<FailureDetail> = {}): FailureDetail => ({
  name: 'AssertionError',
  message: 'expected 1 to be 2',
  stack: '',
  frame: 'test/a.test.ts:3:5',
  ...over,
});

export const passed: Outcome = { kind: 'passed', durationMs: 2 };
export const skipped: Outcome = { kind: 'skipped', why: 'declared' };
export const failed = (over: Partial<FailureDetail> = {}): Outcome => ({
  kind: 'failed',
  durationMs: 3,
  failure: failure(over),
});

export const runStarted = (run: number, over: Partial<RunStarted> = {}): RunStarted => ({
  type: 'runStarted',
  run,
  condition: 'baseline',
  orderSeed: null,
  files: 1,
  ...over,
});

export const attempt = (
  run: number,
  outcome: Outcome,
  over: Partial<AttemptFinished> = {},
): AttemptFinished => ({
  type: 'attemptFinished',
  run,
  condition: 'baseline',
  test: identity(),
  attempt: 0,
  outcome,
  ...over,
});

export const fileFailed = (run: number, over: Partial<FileFailed> = {}): FileFailed => ({
  type: 'fileFailed',
  run,
  condition: 'baseline',
  project: '',
  file: 'test/a.test.ts',
  phase: 'import',
  failure: failure({ name: 'Error', message: 'no such module', frame: null }),
  ...over,
});

export const fileFinished = (run: number, over: Partial<FileFinished> = {}): FileFinished => ({
  type: 'fileFinished',
  run,
  condition: 'baseline',
  project: '',
  file: 'test/a.test.ts',
  durationMs: 10,
  ...over,
});

export const runFinished = (run: number, over: Partial<RunFinished> = {}): RunFinished => ({
  type: 'runFinished',
  run,
  condition: 'baseline',
  status: 'completed',
  durationMs: 100,
  ...over,
});

export const huntFinished = (over: Partial<HuntFinished> = {}): HuntFinished => ({
  type: 'huntFinished',
  durationMs: 1234,
  stopped: 'runsDone',
  ...over,
});

export function tallyOf(events: readonly HuntEvent[]) {
  const tally = createTally();
  for (const event of events) tally.add(event);
  return tally;
}

/** The report of a hunt that found what these events say. */
export const reportOf = (
  events: readonly HuntEvent[],
  started: Partial<HuntStarted> = {},
): HuntReport => tallyOf([huntStarted(started), ...events, huntFinished()]).report();

/** The events of one test that had these outcomes, one a run. */
export const oneARun = (outcomes: readonly Outcome[], test = identity()): HuntEvent[] =>
  outcomes.flatMap((outcome, at): HuntEvent[] => [
    runStarted(at + 1),
    attempt(at + 1, outcome, { test }),
    fileFinished(at + 1, { file: test.file, project: test.project }),
    runFinished(at + 1),
  ]);

export const times = <T>(count: number, value: T): T[] =>
  Array.from({ length: count }, () => value);
