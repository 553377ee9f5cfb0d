import { describe, expect, test } from 'vitest';
import type { HuntStarted } from '../../../harness/events.js';
import { mergeReports } from '../../../harness/stats/mergeReports.js';
import {
  attempt,
  failed,
  failure,
  fileFailed,
  fileFinished,
  identity,
  oneARun,
  passed,
  reportOf,
  runFinished,
  times,
} from './builders.js';

const on = (machine: number): Partial<HuntStarted> => ({
  // Ids sort the other way: instants decide.
  id: `hunt-${9 - machine}`,
  startedAt: `2026-01-0${machine}T00:00:00.000Z`,
  seed: machine,
});

test('one report merged by itself is itself', () => {
  const report = reportOf([...oneARun([passed, failed()]), fileFailed(2), fileFinished(1)]);
  expect(mergeReports([report])).toEqual(report);
});

test('counts add up, rate, interval and verdict are judged anew', () => {
  const [one] = mergeReports([
    reportOf(oneARun(times(20, passed)), on(1)),
    reportOf(oneARun([failed(), ...times(19, passed)]), on(2)),
  ]).tests;
  expect(one).toMatchObject({
    attempts: 40,
    passed: 39,
    failed: 1,
    verdict: 'flaky',
    flakeRate: 1 / 40,
    interval: { method: 'wilson', high: expect.closeTo(0.1288, 3) },
  });
});

test('two hunts prove together what neither does alone', () => {
  const half = (machine: number) =>
    reportOf(oneARun(times(15, passed)), {
      ...on(machine),
      asked: { runs: null, forMs: null, untilFailure: false, prove: 0.1 },
    });
  expect(half(1).tests[0]?.verdict).toBe('unproven');
  expect(mergeReports([half(1), half(2)]).tests[0]?.verdict).toBe('stable');
});

test('the order in which reports are named changes nothing', () => {
  const reports = [1, 2, 3].map((machine) =>
    reportOf(oneARun([failed({ message: `lost ${machine}` }), passed]), on(machine)),
  );
  expect(mergeReports([...reports].reverse())).toEqual(mergeReports(reports));
});

test('a failure is repeated as the earliest hunt that saw it would', () => {
  const [one] = mergeReports([
    reportOf(oneARun([passed, failed()]), on(2)),
    reportOf(oneARun([failed(), failed()]), on(3)),
    reportOf(oneARun([passed, passed]), on(1)),
  ]).tests;
  expect(one?.signatures).toMatchObject([
    { count: 3, firstRun: 2, replay: expect.stringMatching(/ --runs 5 --seed 2$/) },
  ]);
});

test('a test with the same name in another project stays another', () => {
  const ofProject = (project: string) =>
    oneARun([passed], identity({ project, name: 'saves', file: 'a.test.ts' }));
  const merged = mergeReports([reportOf(ofProject('a'), on(1)), reportOf(ofProject('b'), on(2))]);
  expect(merged.tests.map(({ project }) => project)).toEqual(['a', 'b']);
});

test('a cause found by experiment is kept', () => {
  const cause = { kind: 'order', evidence: 'fails after b' };
  const found = reportOf(oneARun([passed]), on(2));
  const withCause = { ...found, tests: found.tests.map((one) => ({ ...one, cause })) };
  const merged = mergeReports([withCause, reportOf(oneARun([passed]), on(1))]);
  expect(merged.tests[0]?.cause).toEqual(cause);
});

test('errors of no file are counted together', () => {
  const raised = {
    type: 'errorRaised',
    run: 1,
    condition: 'baseline',
    failure: failure(),
  } as const;
  const merged = mergeReports([reportOf([raised, raised], on(1)), reportOf([raised], on(2))]);
  expect(merged.errors).toMatchObject([{ message: 'expected 1 to be 2', count: 3 }]);
});

describe('a file', () => {
  test('that failed on one machine only is rated over the runs of both', () => {
    const fine = [1, 2, 3].flatMap((run) => [
      attempt(run, passed),
      fileFinished(run),
      runFinished(run),
    ]);
    const [one] = mergeReports([
      reportOf([...fine, fileFailed(3)], on(1)),
      reportOf(fine, on(2)),
    ]).files;
    expect(one).toMatchObject({ runs: 6, failedRuns: 1, verdict: 'flaky', flakeRate: 1 / 6 });
  });

  test('whose test was retried there is not taken for more runs than there were', () => {
    const retried = [
      attempt(1, failed()),
      attempt(1, passed, { attempt: 1 }),
      fileFinished(1),
      runFinished(1),
    ];
    const merged = mergeReports([reportOf([fileFailed(1)], on(1)), reportOf(retried, on(2))]);
    expect(merged.files).toMatchObject([{ runs: 2, failedRuns: 1 }]);
  });

  test('that failed in two ways has its runs counted once', () => {
    const both = [fileFailed(1, { phase: 'hook' }), fileFailed(2, { phase: 'crash' })];
    const merged = mergeReports([reportOf(both, on(1)), reportOf(both, on(2))]);
    expect(merged.files.map(({ phase, runs, failedRuns }) => [phase, runs, failedRuns])).toEqual([
      ['crash', 4, 2],
      ['hook', 4, 2],
    ]);
  });
});
