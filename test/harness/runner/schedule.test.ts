import { describe, expect, test } from 'vitest';
import type { HuntAsked } from '../../../harness/events.js';
import {
  abortAtMs,
  type HuntProgress,
  nextStep,
  planRun,
  type ScheduleOptions,
} from '../../../harness/runner/schedule.js';

const asked: HuntAsked = { runs: null, forMs: null, untilFailure: false, prove: null };
const options: ScheduleOptions = { seed: 7, asked, conditions: ['baseline'], order: 'declared' };
const progress: HuntProgress = {
  runsStarted: 0,
  elapsedMs: 0,
  interrupted: false,
  failureSeen: false,
  unsettled: null,
};
const file = { project: '', file: 'a.test.ts' };

describe('the end of a hunt', () => {
  const table: [string, Partial<HuntAsked>, Partial<HuntProgress>, string][] = [
    ['runs not done', { runs: 2 }, { runsStarted: 1 }, 'run'],
    ['runs done', { runs: 2 }, { runsStarted: 2 }, 'runsDone'],
    ['time left', { forMs: 100 }, { runsStarted: 9, elapsedMs: 99 }, 'run'],
    ['time up', { forMs: 100 }, { runsStarted: 9, elapsedMs: 100 }, 'timeUp'],
    ['runs before time', { runs: 2, forMs: 100 }, { runsStarted: 2, elapsedMs: 9 }, 'runsDone'],
    ['failure not asked for', { runs: 2 }, { runsStarted: 1, failureSeen: true }, 'run'],
    ['no failure yet', { untilFailure: true }, { runsStarted: 999 }, 'run'],
    ['failure', { untilFailure: true }, { runsStarted: 1, failureSeen: true }, 'failureFound'],
    [
      'failure in the last run',
      { untilFailure: true, runs: 1 },
      { runsStarted: 1, failureSeen: true },
      'failureFound',
    ],
    ['no failure in all runs', { untilFailure: true, runs: 1 }, { runsStarted: 1 }, 'runsDone'],
    ['unsettled', { prove: 0.01 }, { runsStarted: 999, unsettled: [file] }, 'run'],
    ['settled', { prove: 0.01 }, { runsStarted: 9, unsettled: [] }, 'allSettled'],
    [
      'a proof with a cap',
      { prove: 0.01, runs: 9 },
      { runsStarted: 9, unsettled: [file] },
      'runsDone',
    ],
    ['aborted', { runs: 2 }, { interrupted: true }, 'interrupted'],
    ['aborted at the end', { runs: 2 }, { interrupted: true, runsStarted: 2 }, 'interrupted'],
  ];
  test.each(table)('%s', (_, moreAsked, moreProgress, expected) => {
    const step = nextStep(
      { ...options, asked: { ...asked, ...moreAsked } },
      { ...progress, ...moreProgress },
    );
    expect(step.kind === 'stop' ? step.reason : step.kind).toBe(expected);
  });
});

test('runs are counted per condition', () => {
  const two: ScheduleOptions = {
    ...options,
    asked: { ...asked, runs: 3 },
    conditions: ['baseline', 'serial'],
  };
  expect(nextStep(two, { ...progress, runsStarted: 5 }).kind).toBe('run');
  expect(nextStep(two, { ...progress, runsStarted: 6 }).kind).toBe('stop');
});

test('conditions take turns', () => {
  const three: ScheduleOptions = { ...options, conditions: ['baseline', 'shuffled', 'serial'] };
  const conditions = [1, 2, 3, 4, 5].map((run) => planRun(three, run, null).condition);
  expect(conditions).toEqual(['baseline', 'shuffled', 'serial', 'baseline', 'shuffled']);
});

test.each([
  ['baseline', 'declared', false],
  ['baseline', 'shuffled', true],
  ['shuffled', 'declared', true],
  ['serial', 'declared', false],
  ['serial', 'shuffled', true],
  ['stressed', 'declared', false],
] as const)('%s runs in %s order: shuffled is %s', (condition, order, shuffled) => {
  const plan = planRun({ ...options, conditions: [condition], order }, 1, null);
  expect(plan.orderSeed !== null).toBe(shuffled);
  expect(plan.serial).toBe(condition === 'serial');
});

test('every shuffled run has an order of its own, and the same one again from the same seed', () => {
  const shuffled: ScheduleOptions = { ...options, order: 'shuffled' };
  const seeds = [1, 2, 3].map((run) => planRun(shuffled, run, null).orderSeed);
  expect(new Set(seeds).size).toBe(3);
  expect([1, 2, 3].map((run) => planRun(shuffled, run, null).orderSeed)).toEqual(seeds);
  expect(planRun({ ...shuffled, seed: 8 }, 1, null).orderSeed).not.toBe(seeds[0]);
});

test('a sequential hunt runs only the files with unsettled tests', () => {
  const step = nextStep(options, { ...progress, unsettled: [file] });
  expect(step.kind === 'run' && step.plan.only).toEqual([file]);
});

test.each([
  [1_000, 61_000],
  [60_000, 120_000],
  [600_000, 900_000],
])('a hunt for %i ms gives up a run in flight at %i ms', (forMs, at) => {
  expect(abortAtMs(forMs)).toBe(at);
});
