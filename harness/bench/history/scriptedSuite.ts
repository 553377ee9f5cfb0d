import type { Outcome, RunEvent, TestIdentity } from '../../events.js';
import type { Executor, RunPlan, Selection } from '../../runner/executor.js';
import { deriveSeed } from '../../runner/seed.js';
import { chanceFrom } from '../store/race.js';

/** A suite that runs no tests and tells as if it had. */
export interface SuiteScript {
  readonly tests: number;
  /** Which hunt of the root this is, from 0 on: with time tests get other names. */
  readonly hunt: number;
}

const testsPerFile = 20;
/** One test in a hundred passes and fails, one in two hundred is skipped. */
const flakyEvery = 100;
const skippedEvery = 200;
/** One test in two hundred gets a new name every fifty hunts. */
const renamedEvery = 200;
const huntsPerName = 50;
const cases = ['keeps its order', 'gives way to others', 'ends when asked', 'refuses what is not'];

/** Tests by their files, as a suite of this size has them. */
function testsOf({ tests, hunt }: SuiteScript): readonly TestIdentity[] {
  return Array.from({ length: tests }, (_, at) => {
    const place = Math.floor(at / testsPerFile);
    const area = `area${Math.floor(place / 10)}`;
    const file = `src/${area}/part${place}.test.ts`;
    const revision = at % renamedEvery === 1 ? Math.floor(hunt / huntsPerName) : 0;
    const what = `${cases[at % cases.length]} in case ${at % testsPerFile}`;
    const name = `${area} > part ${place} > ${what}${revision === 0 ? '' : `, take ${revision}`}`;
    const id = deriveSeed(place + 1, name)
      .toString(16)
      .padStart(12, '0');
    return { id, project: '', file, name, ordinal: 0 };
  });
}

/** An executor of that suite: its tests take no time, and say that they took some. */
export function scriptedSuite(script: SuiteScript): Executor {
  const tests = testsOf(script);
  const files = [...new Set(tests.map(({ file }) => file))];
  return {
    open: async (): Promise<Selection> => ({
      vitest: '4.1.12',
      node: process.version,
      files: files.map((file) => ({ project: '', file })),
      projects: [],
      workers: 2,
      executor: 'forkServer',
      notices: [],
    }),
    run: (plan) => runOf(tests, script, plan),
    close: async () => undefined,
  };
}

async function* runOf(
  tests: readonly TestIdentity[],
  { hunt }: SuiteScript,
  { run, condition, seed }: RunPlan,
): AsyncGenerator<RunEvent> {
  const chance = chanceFrom(seed);
  let file = tests[0]?.file ?? '';
  for (const [at, test] of tests.entries()) {
    if (test.file !== file) {
      yield { type: 'fileFinished', run, condition, project: '', file, durationMs: 40 * chance() };
      file = test.file;
    }
    const outcome = outcomeOf(at, hunt, chance);
    yield { type: 'attemptFinished', run, condition, test, attempt: 0, outcome };
  }
  yield { type: 'fileFinished', run, condition, project: '', file, durationMs: 40 * chance() };
  yield { type: 'runFinished', run, condition, status: 'completed', durationMs: 900 };
}

function outcomeOf(at: number, hunt: number, chance: () => number): Outcome {
  if (at % skippedEvery === 3) return { kind: 'skipped', why: 'declared' };
  const durationMs = 0.2 + 3 * chance() ** 4;
  if (at % flakyEvery !== 7 || chance() > 0.1 + (hunt % 5) / 10) {
    return { kind: 'passed', durationMs };
  }
  const frame = `src/area/part.ts:${at}:11`;
  const message = `expected ${at} to be ${at + 1} // Object.is equality`;
  const stack = `AssertionError: ${message}\n    at ${frame}\n    at src/area/queue.ts:17:3`;
  return {
    kind: 'failed',
    durationMs,
    failure: { name: 'AssertionError', message, stack, frame },
  };
}
