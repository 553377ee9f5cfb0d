import { expect, test } from 'vitest';
import type { HuntEvent } from '../../../harness/events.js';
import { stableSummary } from '../../../harness/stats/stableSummary.js';
import { failed, identity, oneARun, passed, reportOf, skipped, times } from './builders.js';

/** One test of this name that passed so many times. */
const stable = (name: string, runs: number): HuntEvent[] =>
  oneARun(times(runs, passed), identity({ name }));

test('stable tests are grouped by attempts, most first, each with its bound', () => {
  const summary = stableSummary(
    reportOf([...stable('a', 20), ...stable('b', 20), ...stable('c', 60)]),
  );
  expect(summary).toMatchObject({
    tests: 3,
    confidence: 0.95,
    groups: [
      { tests: 1, attempts: 60 },
      { tests: 2, attempts: 20, atMost: expect.closeTo(0.139, 3) },
    ],
    next: { rate: 0.01, runs: 299 },
  });
});

test.each([
  [1, 0.01, 299],
  [298, 0.01, 299],
  [299, 0.001, 2995],
])('after %d runs the next rate to exclude is %d, with run %d', (runs, rate, needed) => {
  expect(stableSummary(reportOf(stable('a', runs))).next).toEqual({ rate, runs: needed });
});

test('other tests are not among them', () => {
  const events = [
    ...oneARun([passed, failed()], identity({ name: 'flaky' })),
    ...oneARun([failed()], identity({ name: 'broken' })),
    ...oneARun([skipped], identity({ name: 'unproven' })),
  ];
  expect(stableSummary(reportOf(events))).toMatchObject({ tests: 0, groups: [], next: null });
});
