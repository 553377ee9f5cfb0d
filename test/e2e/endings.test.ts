import { afterAll, beforeAll, expect, test } from 'vitest';
import { copySuite, eventsOf, reportOf, type Suite } from '../support/e2e.js';

let suite: Suite;
beforeAll(async () => {
  suite = await copySuite('small');
});
afterAll(() => suite.remove());

test('--until-failure ends after the run that fails', async () => {
  const hunt = await suite.hunt(['--until-failure', '--runs', '50', '--fail-on', 'never']);
  const { hunt: head } = reportOf(hunt);
  expect(head.stopped).toBe('failureFound');
  expect(head.runs).toEqual({ asked: 50, done: 3, crashed: 0 });
  expect(hunt.exitCode, '--fail-on never').toBe(0);
});

test('--for ends by the clock, with whole runs', async () => {
  const hunt = await suite.hunt(['one', '--for', '1s', '--fail-on', 'broken']);
  const report = reportOf(hunt);
  expect(report.hunt.stopped).toBe('timeUp');
  expect(report.hunt.runs.asked).toBeNull();
  expect(report.hunt.runs.done).toBeGreaterThan(0);
  for (const t of report.tests) expect(t.attempts).toBe(report.hunt.runs.done);
  expect(report.hunt.durationMs).toBeGreaterThanOrEqual(1000);
  expect(hunt.exitCode).toBe(0);
});

test('--prove runs on until every test is settled, and says how long it takes', async () => {
  const hunt = await suite.hunt(['--prove', '30%', '--json']);
  const report = reportOf(hunt);
  const events = eventsOf(hunt);
  expect(report.hunt.stopped).toBe('allSettled');
  // 0.7 ^ 9 is the first power below 5 %.
  expect(report.hunt.runs.done).toBeGreaterThanOrEqual(9);
  expect(report.hunt.runs.done).toBeLessThan(40);
  for (const t of report.tests.filter((one) => one.verdict === 'stable')) {
    expect(t.interval?.high, t.name).toBeLessThanOrEqual(0.3);
  }
  const settled = events.filter((e) => e.type === 'testSettled').map((e) => e.id);
  expect(new Set(settled)).toEqual(new Set(report.tests.map((t) => t.id)));
  const remaining = events.filter((e) => e.type === 'remainingEstimated').map((e) => e.runs);
  expect(remaining.at(-1)).toBe(0);
});

test('without an end of its own a hunt has 20 runs', async () => {
  const { hunt: head } = reportOf(await suite.hunt(['one']));
  expect([head.runs.asked, head.runs.done, head.stopped]).toEqual([20, 20, 'runsDone']);
});
