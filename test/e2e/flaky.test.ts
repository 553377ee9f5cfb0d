import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HuntReport } from '../../harness/stats/huntReport.js';
import { copySuite, countsOf, inThreads, reportOf, type Suite, testOf } from '../support/e2e.js';

const runs = 10;
const mixed = 'test/mixed.test.ts';
let suite: Suite;
let report: HuntReport;

beforeAll(async () => {
  suite = await copySuite('flaky');
  report = reportOf(await suite.hunt(['--runs', String(runs)]));
});
afterAll(() => suite.remove());

test.each([
  [mixed, 'always passes', 'stable', 'passed 10'],
  [mixed, 'never passes', 'broken', 'failed 10'],
  [mixed, 'sometimes > fails in runs 3, 5 and 9', 'flaky', 'passed 7, failed 3'],
  [mixed, 'sometimes > fails in two ways', 'flaky', 'passed 7, failed 3'],
  [mixed, 'sometimes > times out in run 4', 'flaky', 'passed 9, timedOut 1'],
  [mixed, 'sometimes > passes on its second try in run 6', 'flaky', 'passed 10, failed 1'],
  ['test/early.test.ts', 'fails in run 1 only', 'flaky', 'passed 9, failed 1'],
  ['test/crash.test.ts', 'is safe', 'stable', 'passed 10'],
  ['test/hook.test.ts', 'runs when its hook does', 'stable', 'passed 9, skipped 1'],
] as const)('%s > %s is %s: %s', (file, name, verdict, counts) => {
  const found = testOf(report, file, name);
  expect(countsOf(found)).toBe(counts);
  expect(found.verdict).toBe(verdict);
});

test('a test that kills its worker once is flaky, or at least named with it', () => {
  const found = testOf(report, 'test/crash.test.ts', 'kills its worker in run 5');
  const named = report.errors.filter((e) => e.message.includes('test/crash.test.ts'));
  // A thread takes the threads beside it along: who did it shows only if it does it again.
  const counts = inThreads && named.length === 1 ? 'passed 10' : 'passed 9, crashed 1';
  expect(countsOf(found)).toBe(counts);
});

test('a test whose file could not be imported once has the other attempts', () => {
  const found = testOf(report, 'test/import.test.ts', 'is there when its file is');
  expect([found.verdict, found.attempts, found.passed]).toEqual(['stable', 9, 9]);
});

test('a file that fails now and then is flaky by itself', () => {
  const found = report.files.map((f) => [f.file, f.phase, f.verdict, f.runs, f.failedRuns]);
  expect(found.sort()).toEqual([
    ['test/hook.test.ts', 'hook', 'flaky', runs, 1],
    ['test/import.test.ts', 'import', 'flaky', runs, 1],
  ]);
});

test('a rate comes with n and its interval', () => {
  const found = testOf(report, mixed, 'sometimes > fails in runs 3, 5 and 9');
  expect(found.attempts).toBe(10);
  expect(found.flakeRate).toBe(0.3);
  expect(found.interval?.low).toBeCloseTo(0.1078, 3);
  expect(found.interval?.high).toBeCloseTo(0.6032, 3);
});

test('stable says how far: 0 of 10 leaves 26 %', () => {
  const found = testOf(report, mixed, 'always passes');
  expect(found.flakeRate).toBe(0);
  expect(found.interval?.high).toBeCloseTo(1 - 0.05 ** (1 / 10), 6);
});

test('a signature says where and in which run it was first seen', () => {
  const [signature] = testOf(report, mixed, 'sometimes > fails in runs 3, 5 and 9').signatures;
  expect(signature).toMatchObject({ count: 3, firstRun: 3 });
  expect(signature?.message).toContain('an unlucky run');
  expect(signature?.frame).toMatch(/^test\/mixed\.test\.ts:17:\d+$/);
  expect(signature?.replay).toContain('flakehound hunt');
});

test('two ways to fail are two signatures, and varying numbers make none', () => {
  const { signatures } = testOf(report, mixed, 'sometimes > fails in two ways');
  const found = signatures.map((s) => [s.count, s.firstRun]);
  expect(found.sort()).toEqual([
    [1, 7],
    [2, 3],
  ]);
});

test('every failure is accounted for by a signature', () => {
  for (const t of report.tests) {
    const count = t.signatures.reduce((sum, s) => sum + s.count, 0);
    expect(count, t.name).toBe(t.failed + t.timedOut + t.crashed);
  }
});
