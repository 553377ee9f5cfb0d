import fc from 'fast-check';
import type {
  ConditionName,
  FilePhase,
  HuntEvent,
  Outcome,
  RunFinished,
  RunStarted,
} from '../../../harness/events.js';
import {
  attempt,
  failure,
  fileFailed,
  fileFinished,
  identity,
  runFinished,
  runStarted,
} from './builders.js';

/** One run, with the events of each file apart, so that a test can mix them. */
export interface RunOfFiles {
  readonly started: RunStarted;
  readonly ofFiles: HuntEvent[][];
  readonly finished: RunFinished;
}

const durations = fc.double({ min: 0, max: 1e4, noNaN: true });
const failures = fc
  .constantFrom('lost a job', 'took 12ms', 'took 13ms', 'expected 1 to be 2')
  .map((message) => failure({ message }));

const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  {
    weight: 5,
    arbitrary: durations.map((durationMs) => ({ kind: 'passed', durationMs }) as const),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('failed' as const, 'timedOut' as const, 'crashed' as const),
      durationMs: durations,
      failure: failures,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'skipped', why: 'notReached' } as const) },
);

const conditions = fc.constantFrom<ConditionName[]>('baseline', 'shuffled');

/** What one file of a run tells: two tests, their tries, and perhaps a failure outside. */
interface Story {
  readonly tests: readonly Outcome[][];
  readonly fails: FilePhase | null;
}

const story = (fewestTests: number, mostTries: number): fc.Arbitrary<Story> =>
  fc.record({
    tests: fc.array(fc.array(outcomes, { minLength: 1, maxLength: mostTries }), {
      minLength: fewestTests,
      maxLength: 2,
    }),
    fails: fc.option(fc.constantFrom<FilePhase[]>('import', 'hook'), { freq: 4 }),
  });

/** A hunt over up to four files, two of them alike but for their project. */
export const someHunt = (
  { fewestTests, mostTries } = { fewestTests: 0, mostTries: 2 },
): fc.Arbitrary<{ readonly runs: readonly RunOfFiles[] }> => {
  const files = fc.array(story(fewestTests, mostTries), { minLength: 1, maxLength: 4 });
  return fc.array(fc.tuple(conditions, files), { minLength: 1, maxLength: 8 }).map((stories) => ({
    runs: stories.map(([condition, told], at) => {
      const run = at + 1;
      return {
        started: runStarted(run, { condition, files: told.length }),
        ofFiles: told.map((one, index) => storyEvents(one, { run, condition, index })),
        finished: runFinished(run, { condition }),
      };
    }),
  }));
};

function storyEvents(
  { tests, fails }: Story,
  at: { readonly run: number; readonly condition: ConditionName; readonly index: number },
): HuntEvent[] {
  const { run, condition } = at;
  const place = { project: at.index === 3 ? 'b' : 'a', file: `${at.index % 3}.test.ts` };
  const attempts = tests.flatMap((tries, test) =>
    tries.map((outcome, nth) =>
      attempt(run, outcome, {
        condition,
        test: identity({ ...place, name: `test ${test}` }),
        attempt: nth,
      }),
    ),
  );
  const failed = fails === null ? [] : [fileFailed(run, { ...place, condition, phase: fails })];
  return [...attempts, ...failed, fileFinished(run, { ...place, condition })];
}

/** Mixes sequences, each kept in its own order. */
export function interleave<T>(sequences: readonly T[][], pick: () => number): T[] {
  const left = sequences.map((sequence) => [...sequence]).filter(({ length }) => length > 0);
  const mixed: T[] = [];
  while (left.length > 0) {
    const at = pick() % left.length;
    const sequence = left[at] ?? [];
    mixed.push(...sequence.splice(0, 1));
    if (sequence.length === 0) left.splice(at, 1);
  }
  return mixed;
}
