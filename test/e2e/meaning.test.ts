import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HuntReport } from '../../harness/stats/huntReport.js';
import { copySuite, type Finished, reportOf, type Suite } from '../support/e2e.js';
import { outcomesOf, type PlainRun, plainRun } from './plainRun.js';

const runs = 3;
let suites: readonly [Suite, Suite];
let plain: PlainRun;
let hunt: Finished;
let report: HuntReport;

beforeAll(async () => {
  // A plain run writes snapshots and caches: the hunt gets a copy that none has touched.
  suites = [await copySuite('meaning'), await copySuite('meaning')];
  plain = await plainRun(suites[0], []);
  hunt = await suites[1].hunt(['--runs', String(runs)]);
  report = reportOf(hunt);
});
afterAll(async () => {
  for (const suite of suites) await suite.remove();
});

test('each test ends in every run as in the plain run', () => {
  expect(outcomesOf(report)).toEqual(plain.outcomes);
  expect(report.files).toEqual([]);
  expect(report.errors).toEqual([]);
});

test('which is: all pass but the two that should not', () => {
  const failing = plain.outcomes.filter((line) => line.endsWith('failed'));
  expect(failing).toEqual([
    'test/both.test.ts | fails in the twin only | failed',
    'test/snapshots.test.ts | differs | failed',
  ]);
  expect(plain.outcomes).toHaveLength(58);
});

test('each test has one attempt a run', () => {
  const counts = report.tests.map((t) => t.attempts + t.skipped);
  expect(new Set(counts)).toEqual(new Set([runs]));
});

test('a file in two projects is two files', () => {
  const twins = report.tests.filter((t) => t.name === 'fails in the twin only');
  const found = twins.map((t) => [t.project, t.verdict]);
  expect(found.sort()).toEqual([
    ['plain', 'stable'],
    ['twin', 'broken'],
  ]);
  expect(new Set(report.tests.map((t) => t.id)).size).toBe(report.tests.length);
});

test('globalSetup and its teardown run as often as in so many plain runs', () => {
  const plainSetups = linesOf(plain.finished, 'setups');
  const count = (what: string) => linesOf(hunt, 'setups').filter((l) => l === what).length;
  expect(plainSetups.length).toBeGreaterThan(0);
  expect(count('setup')).toBe(plainSetups.filter((l) => l === 'setup').length * runs);
  expect(count('teardown')).toBe(count('setup'));
});

test('snapshots are never written, nor anything else but .flakehound', () => {
  expect(hunt.treeChanges).toEqual([]);
  expect(hunt.leftInTmp).toEqual([]);
});

test('a test sees the world that it sees in a plain run', () => {
  const [wanted] = worldsOf(plain.finished);
  const found = worldsOf(hunt);
  expect(found).toHaveLength(runs);
  expect(wanted?.cwd).toBe(suites[0].root);
  for (const world of found) {
    expect(comparable(world)).toEqual({ ...comparable(wanted), cwd: suites[1].root });
  }
});

test('chance, process and random ids are new in every run', () => {
  const drawn = worldsOf(hunt).flatMap((world) => world.random);
  expect(new Set(drawn).size).toBe(2 * runs);
});

test('no process is left', () => {
  expect(hunt.leftRunning).toEqual([]);
});

interface World {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly random: readonly unknown[];
  readonly pid: number;
}

function worldsOf(finished: Finished): World[] {
  const files = [...finished.state].filter(([name]) => name.startsWith('world-'));
  return files.map(([, text]) => JSON.parse(text) as World);
}

/** Leaves out what differs between any two runs. */
function comparable(world: World | undefined): Record<string, unknown> {
  if (world === undefined) return {};
  const { random: _random, pid: _pid, env, meta, ...rest } = world;
  return { ...rest, env: lasting(env), meta: lasting(meta) };
}

const passing = [
  'E2E_PLAIN',
  'E2E_STATE',
  'FLAKEHOUND_E2E_MARK',
  'TINYPOOL_WORKER_ID',
  'TMPDIR',
  'VITEST_POOL_ID',
  'VITEST_WORKER_ID',
];

function lasting(variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !passing.includes(name)));
}

function linesOf(finished: Finished, name: string): string[] {
  return (finished.state.get(name) ?? '').split('\n').filter((line) => line !== '');
}
