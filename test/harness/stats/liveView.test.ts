import { expect, test } from 'vitest';
import {
  asked,
  attempt,
  failed,
  fileFailed,
  fileFinished,
  huntStarted,
  identity,
  passed,
  runFinished,
  runStarted,
  skipped,
  startMs,
  tallyOf,
} from './builders.js';

test('before the hunt starts all is nothing', () => {
  expect(tallyOf([]).live(startMs)).toEqual({
    runsDone: 0,
    runsAsked: null,
    condition: null,
    run: null,
    filesDone: 0,
    filesInRun: 0,
    attempts: 0,
    attemptsPerSecond: 0,
    elapsedMs: 0,
    etaMs: null,
    flaky: [],
    broken: 0,
    fileFailures: 0,
    remaining: null,
  });
});

test('within a run it tells run, condition, files and speed', () => {
  const events = [
    huntStarted({ conditions: ['serial'] }),
    runStarted(1, { files: 4, condition: 'serial' }),
    attempt(1, passed),
    attempt(1, skipped),
    attempt(1, passed),
    fileFinished(1),
  ];
  expect(tallyOf(events).live(startMs + 500)).toMatchObject({
    run: 1,
    condition: 'serial',
    filesDone: 1,
    filesInRun: 4,
    attempts: 2,
    attemptsPerSecond: 4,
    elapsedMs: 500,
  });
});

test('between runs none is under way', () => {
  const events = [huntStarted(), runStarted(1), fileFinished(1), runFinished(1)];
  expect(tallyOf(events).live(startMs)).toMatchObject({
    runsDone: 1,
    run: null,
    condition: null,
    filesDone: 0,
  });
});

test('crashed runs are over too, interrupted ones are not done', () => {
  const events = [
    huntStarted(),
    runFinished(1, { status: 'crashed' }),
    runFinished(2, { status: 'interrupted' }),
  ];
  expect(tallyOf(events).live(startMs).runsDone).toBe(1);
});

test('flaky tests come highest rate first; broken ones and failing files are counted', () => {
  const named = (name: string) => ({ test: identity({ name }) });
  const events = [
    huntStarted(),
    attempt(1, failed(), named('often')),
    attempt(2, failed(), named('often')),
    attempt(3, passed, named('often')),
    attempt(1, passed, named('seldom')),
    attempt(2, passed, named('seldom')),
    attempt(3, failed(), named('seldom')),
    attempt(1, failed(), named('never')),
    attempt(1, passed, named('always')),
    fileFailed(1, { phase: 'hook' }),
    fileFailed(2, { phase: 'hook' }),
    fileFailed(2, { phase: 'import' }),
  ];
  const view = tallyOf(events).live(startMs);
  expect(view.flaky.map(({ name, failures, attempts }) => [name, failures, attempts])).toEqual([
    ['often', 2, 3],
    ['seldom', 1, 3],
  ]);
  expect(view).toMatchObject({ broken: 1, fileFailures: 2 });
});

test.each([
  ['of runs asked for', { runs: 4 }, 3000],
  ['of the time asked for', { runs: null, forMs: 2500 }, 1500],
  ['of both, the earlier', { runs: 4, forMs: 2500 }, 1500],
  ['unknown when neither was', { runs: null, untilFailure: true }, null],
])('after one run in 1 s the end is told: %s', (_, over, etaMs) => {
  const events = [huntStarted({ asked: asked(over) }), runStarted(1), runFinished(1)];
  expect(tallyOf(events).live(startMs + 1000).etaMs).toBe(etaMs);
});

test('half a run counts as half a run', () => {
  const events = [
    huntStarted({ asked: asked({ runs: 3 }) }),
    runStarted(1, { files: 2 }),
    fileFinished(1),
  ];
  expect(tallyOf(events).live(startMs + 1000).etaMs).toBe(5000);
});

test('a sequential hunt tells what remains at worst', () => {
  const events = [
    huntStarted({ asked: asked({ runs: null, prove: 0.01 }) }),
    runStarted(1),
    runFinished(1),
    { type: 'remainingEstimated', runs: 298, unsettled: 12 } as const,
  ];
  expect(tallyOf(events).live(startMs + 100)).toMatchObject({
    remaining: { runs: 298, unsettled: 12 },
    runsAsked: null,
    etaMs: 29_800,
  });
});

test('time over is no time left, and a clock stepping back no time gone', () => {
  const tally = tallyOf([huntStarted({ asked: asked({ runs: null, forMs: 1000 }) })]);
  expect(tally.live(startMs + 5000).etaMs).toBe(0);
  expect(tally.live(startMs - 5000)).toMatchObject({ elapsedMs: 0, attemptsPerSecond: 0 });
});
