import { describe, expect, test } from 'vitest';
import {
  asked,
  attempt,
  failed,
  failure,
  fileFailed,
  fileFinished,
  huntFinished,
  huntStarted,
  identity,
  oneARun,
  passed,
  reportOf,
  runFinished,
  runStarted,
  skipped,
  startMs,
  tallyOf,
  times,
} from './builders.js';

describe('a test', () => {
  test('has each outcome counted, and skipped ones kept out of the rate', () => {
    const [one] = reportOf([
      attempt(1, passed),
      attempt(2, failed()),
      attempt(3, { kind: 'timedOut', durationMs: 5000, failure: failure() }),
      attempt(4, { kind: 'crashed', durationMs: 1, failure: failure() }),
      attempt(5, skipped),
    ]).tests;
    expect(one).toMatchObject({
      verdict: 'flaky',
      attempts: 4,
      passed: 1,
      failed: 1,
      timedOut: 1,
      crashed: 1,
      skipped: 1,
      flakeRate: 0.75,
      interval: { method: 'wilson', confidence: 0.95 },
    });
  });

  test('that was always skipped has no rate, no interval and no durations', () => {
    expect(reportOf([attempt(1, skipped)]).tests).toMatchObject([
      { verdict: 'unproven', attempts: 0, flakeRate: null, interval: null, durationMs: null },
    ]);
  });

  test('that passed after a retry in the same run is flaky', () => {
    const retried = [attempt(1, failed()), attempt(1, passed, { attempt: 1 })];
    expect(reportOf(retried).tests).toMatchObject([{ verdict: 'flaky', attempts: 2, failed: 1 }]);
  });

  test('is unproven until the asked rate is excluded', () => {
    const proving = { asked: asked({ runs: null, prove: 0.1 }) };
    const verdict = (runs: number) =>
      reportOf(oneARun(times(runs, passed)), proving).tests[0]?.verdict;
    expect([verdict(28), verdict(29)]).toEqual(['unproven', 'stable']);
  });

  test('is counted under each condition, in the order of the conditions', () => {
    const [one] = reportOf([
      attempt(2, failed(), { condition: 'stressed' }),
      attempt(1, passed),
      attempt(3, passed, { condition: 'stressed' }),
    ]).tests;
    expect(one?.byCondition).toMatchObject([
      { condition: 'baseline', attempts: 1, failed: 0, flakeRate: 0 },
      { condition: 'stressed', attempts: 2, failed: 1, flakeRate: 0.5 },
    ]);
  });

  test('has its failures told apart, each with a command that repeats it', () => {
    const slow = failed({ message: 'took 103ms', frame: null });
    const [one] = reportOf(
      oneARun([passed, slow, failed(), failed({ message: 'took 99ms', frame: null })]),
    ).tests;
    expect(one?.signatures).toMatchObject([
      {
        message: 'took <duration>',
        frame: null,
        count: 2,
        firstRun: 2,
        replay: 'npx flakehound hunt test/a.test.ts --until-failure --runs 5 --seed 7',
      },
      { message: 'expected 1 to be 2', count: 1, firstRun: 3 },
    ]);
  });

  test.each([
    ['in the plain suite too', [failed(), passed], '--runs 5 --seed 7'],
    ['under stress only', [passed, passed], '--runs 1 --seed 7 --conditions stressed'],
  ])('that failed %s is repeated there', (_, plain, expected) => {
    const [one] = reportOf([
      ...oneARun(plain),
      attempt(3, failed(), { condition: 'stressed' }),
      attempt(4, failed(), { condition: 'stressed' }),
    ]).tests;
    expect(one?.signatures[0]?.replay).toBe(
      `npx flakehound hunt test/a.test.ts --until-failure ${expected}`,
    );
  });

  test('keeps a report small however many kinds of failure it has', () => {
    const kinds = Array.from({ length: 200 }, (_, at) => failed({ message: `kind ${at}` }));
    const [one] = reportOf(oneARun(kinds)).tests;
    expect(one?.signatures).toHaveLength(51);
    expect(one?.signatures.reduce((sum, { count }) => sum + count, 0)).toBe(200);
  });
});

test('tests are listed by file, name, project, then order of definition', () => {
  const inOrder = [
    identity({ file: 'a', name: 'x', project: 'p' }),
    identity({ file: 'a', name: 'x', project: 'q', ordinal: 0 }),
    identity({ file: 'a', name: 'x', project: 'q', ordinal: 2 }),
    identity({ file: 'a', name: 'x', project: 'q', ordinal: 10 }),
    identity({ file: 'a', name: 'y', project: 'a' }),
    identity({ file: 'b', name: 'a', project: 'a' }),
  ];
  const events = [...inOrder].reverse().map((one) => attempt(1, passed, { test: one }));
  expect(reportOf(events).tests.map(({ id }) => id)).toEqual(inOrder.map(({ id }) => id));
});

describe('a file', () => {
  test('that fails in every run it was carried out in is broken', () => {
    expect(reportOf([fileFailed(1), fileFinished(1), fileFailed(2)]).files).toMatchObject([
      { phase: 'import', verdict: 'broken', runs: 2, failedRuns: 2, flakeRate: 1 },
    ]);
  });

  test('that fails in some has rate and interval over all runs that touched it', () => {
    const events = [fileFailed(1), fileFailed(1), attempt(2, passed), fileFinished(3)];
    expect(reportOf(events).files).toMatchObject([
      {
        verdict: 'flaky',
        runs: 3,
        failedRuns: 1,
        flakeRate: 1 / 3,
        interval: { method: 'wilson' },
        signatures: [{ message: 'no such module', count: 2 }],
      },
    ]);
  });

  test('has one entry for each phase it failed in', () => {
    const events = [fileFailed(1, { phase: 'hook' }), fileFailed(2, { phase: 'crash' })];
    expect(reportOf(events).files.map((one) => [one.phase, one.failedRuns, one.runs])).toEqual([
      ['crash', 1, 2],
      ['hook', 1, 2],
    ]);
  });

  test('says under which condition it failed, and is repeated there', () => {
    const events = [
      fileFinished(1),
      fileFailed(2, { condition: 'stressed' }),
      fileFinished(3, { condition: 'stressed' }),
    ];
    expect(reportOf(events).files).toMatchObject([
      {
        byCondition: [
          { condition: 'baseline', runs: 1, failedRuns: 0 },
          { condition: 'stressed', runs: 2, failedRuns: 1 },
        ],
        signatures: [
          { replay: expect.stringContaining('--runs 5 --seed 7 --conditions stressed') },
        ],
      },
    ]);
  });

  test('of the same path in two projects is two files', () => {
    const events = [fileFailed(1, { project: 'b' }), fileFailed(1, { project: 'a' })];
    expect(reportOf(events).files.map(({ project }) => project)).toEqual(['a', 'b']);
  });

  test('without a failure is not listed', () => {
    expect(reportOf([fileFinished(1)]).files).toEqual([]);
  });
});

test('errors that belong to no file are counted by kind', () => {
  const raised = (run: number, message: string) =>
    ({ type: 'errorRaised', run, condition: 'baseline', failure: failure({ message }) }) as const;
  const { errors } = reportOf([
    raised(1, 'pid 12 died'),
    raised(2, 'boom'),
    raised(3, 'pid 9 died'),
  ]);
  expect(errors).toEqual([
    { message: 'pid <pid> died', frame: 'test/a.test.ts:3:5', count: 2, firstRun: 1 },
    { message: 'boom', frame: 'test/a.test.ts:3:5', count: 1, firstRun: 2 },
  ]);
});

describe('the head', () => {
  test('counts completed and crashed runs, and asks for those of all conditions', () => {
    const events = [
      runFinished(1),
      runFinished(2, { status: 'crashed' }),
      runFinished(3),
      runFinished(4, { status: 'interrupted' }),
    ];
    const { hunt } = reportOf(events, { conditions: ['baseline', 'serial'] });
    expect(hunt.runs).toEqual({ asked: 40, done: 2, crashed: 1 });
  });

  test('of a finished hunt has its own duration and end', () => {
    const { hunt } = reportOf([], { asked: asked({ runs: null, prove: 0.01 }) });
    expect(hunt).toMatchObject({
      durationMs: 1234,
      stopped: 'runsDone',
      interrupted: false,
      prove: 0.01,
      runs: { asked: null },
    });
  });

  test('of an unfinished hunt says interrupted, and lasts until now', () => {
    const tally = tallyOf([huntStarted(), runFinished(1, { durationMs: 300 })]);
    expect(tally.report().hunt).toMatchObject({ interrupted: true, durationMs: 300 });
    expect(tally.report(startMs + 450).hunt).toMatchObject({
      stopped: 'interrupted',
      durationMs: 450,
    });
  });

  test('has what the hunt was told of, each notice once', () => {
    const notice = { type: 'noticeGiven', code: 'SLOW', message: 'slow disk' } as const;
    expect(reportOf([notice, notice]).hunt.notices).toEqual([
      { code: 'SLOW', message: 'slow disk' },
    ]);
  });
});

test('a report before its hunt is our own mistake', () => {
  expect(() => tallyOf([]).report()).toThrow('huntStarted');
});

test('asking for a report changes nothing', () => {
  const tally = tallyOf([huntStarted(), ...oneARun([passed, failed()]), fileFailed(2)]);
  expect(tally.report()).toEqual(tally.report());
  tally.add(runStarted(3));
  tally.add(huntFinished());
  expect(tally.report().tests[0]).toMatchObject({ attempts: 2 });
});

test('after a thousand runs of 200 tests a report is no longer than after ten', () => {
  const lengthAfter = (runs: number): number => {
    const tally = tallyOf([huntStarted()]);
    for (let run = 1; run <= runs; run++) {
      for (let at = 0; at < 200; at++) {
        const test = identity({ file: `test/${at % 20}.test.ts`, name: `test ${at}` });
        const message = `lost job ${run % 5} after ${run}ms`;
        tally.add(attempt(run, (run + at) % 5 === 0 ? failed({ message }) : passed, { test }));
      }
    }
    return JSON.stringify(tally.report()).length;
  };
  expect(lengthAfter(1000) / lengthAfter(10)).toBeLessThan(1.2);
});
