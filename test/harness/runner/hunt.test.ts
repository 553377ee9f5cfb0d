import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { HuntEvent } from '../../../harness/events.js';
import type { Executor } from '../../../harness/runner/executor.js';
import { type HuntOptions, hunt } from '../../../harness/runner/hunt.js';
import type { Load } from '../../../harness/runner/load.js';
import { type FakeClock, fakeClock } from '../../support/fakeClock.js';
import {
  type FakeExecutor,
  type FakeSuite,
  fakeExecutor,
  fakeFile,
  fakeIdentity,
} from '../../support/fakeExecutor.js';

interface Stage<Of extends Executor = FakeExecutor> {
  readonly executor: Of;
  readonly clock: FakeClock;
  readonly abort: AbortController;
  readonly load: Load & { readonly log: string[] };
}

function stage(suite: FakeSuite = {}): Stage {
  const log: string[] = [];
  return {
    executor: fakeExecutor(suite),
    clock: fakeClock(),
    abort: new AbortController(),
    load: {
      log,
      start: async () => void log.push('start'),
      stop: async () => void log.push('stop'),
    },
  };
}

type Asked = Partial<HuntOptions['asked']>;

function start(on: Stage<Executor>, asked: Asked = { runs: 1 }, more: Partial<HuntOptions> = {}) {
  const options: HuntOptions = {
    id: 'h1',
    seed: 7,
    root: '/repo',
    command: ['flakehound', 'hunt'],
    asked: { runs: null, forMs: null, untilFailure: false, prove: null, ...asked },
    confidence: 0.95,
    conditions: ['baseline'],
    order: 'declared',
    shard: null,
    ...more,
  };
  return hunt(options, { ...on, signal: on.abort.signal });
}

async function all(events: AsyncIterable<HuntEvent>): Promise<HuntEvent[]> {
  const seen: HuntEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

function only<Type extends HuntEvent['type']>(events: readonly HuntEvent[], type: Type) {
  return events.filter((event): event is Extract<HuntEvent, { type: Type }> => event.type === type);
}

const stoppedBy = (events: readonly HuntEvent[]) => only(events, 'huntFinished')[0]?.stopped;

test('a hunt starts, tells its notices, carries out its runs and finishes', async () => {
  const notice = { type: 'noticeGiven', code: 'SLOW', message: 'slow path' } as const;
  const on = stage({ notices: [notice] });
  const events = await all(start(on, { runs: 2 }));
  expect(events.map((event) => event.type)).toEqual([
    'huntStarted',
    'noticeGiven',
    ...['runStarted', 'attemptFinished', 'fileFinished', 'runFinished'],
    ...['runStarted', 'attemptFinished', 'fileFinished', 'runFinished'],
    'huntFinished',
  ]);
  expect(stoppedBy(events)).toBe('runsDone');
  expect(on.executor.closed).toBe(1);
});

test('an executor that cannot open is closed, and its error reaches the reader', async () => {
  const on = stage({ openFails: new Error('no Vitest here') });
  await expect(all(start(on))).rejects.toThrow('no Vitest here');
  expect(on.executor.closed).toBe(1);
});

test('a reader that stops early leaves nothing open', async () => {
  const on = stage();
  for await (const event of start(on, { runs: 9 }, { conditions: ['stressed'] })) {
    if (event.type === 'attemptFinished') break;
  }
  expect(on.executor.closed).toBe(1);
  expect(on.load.log.at(-1)).toBe('stop');
  expect(on.clock.pending).toBe(0);
});

test('a hunt of many runs leaves no listener behind', async () => {
  const on = stage();
  for await (const event of start(on, { runs: 5 })) {
    if (event.type !== 'huntFinished') continue;
    expect(getEventListeners(on.abort.signal, 'abort')).toEqual([]);
  }
});

test.each([
  ['does not finish a run', [], 'run 1 ended without runFinished'],
  ['goes on after the end', ['runFinished', 'runFinished'], 'run 1: runFinished after runFinished'],
] as const)('an executor that %s is told off', async (_, types, message) => {
  const on = stage();
  const executor: Executor = {
    ...on.executor,
    async *run({ run, condition }) {
      for (const type of types) yield { type, run, condition, status: 'completed', durationMs: 1 };
    },
  };
  await expect(all(start({ ...on, executor }))).rejects.toThrow(message);
});

describe('an abort', () => {
  test('in a run keeps what was reported and ends the hunt as interrupted', async () => {
    const on: Stage = stage({
      files: [fakeFile('a.test.ts', { one: 'passed', two: 'passed', three: 'passed' })],
      onAttempt: ({ test: { name } }) => name === 'two' && on.abort.abort(),
    });
    const events = await all(start(on, { runs: 9 }));
    expect(only(events, 'attemptFinished').map((event) => event.test.name)).toEqual(['one']);
    expect(only(events, 'runFinished').map((event) => event.status)).toEqual(['interrupted']);
    expect(stoppedBy(events)).toBe('interrupted');
    expect(on.executor.closed).toBe(1);
  });

  test('while the suite opens yields nothing and closes', async () => {
    const on = stage({ openHangs: true });
    const events = all(start(on));
    on.abort.abort();
    expect(await events).toEqual([]);
    expect(on.executor.closed).toBe(1);
  });

  test('before the hunt starts does not even open the suite', async () => {
    const on = stage();
    on.abort.abort();
    expect(await all(start(on))).toEqual([]);
    expect(on.executor.opened).toBe(0);
  });
});

describe('--for', () => {
  test('lets the last run finish and starts no further one', async () => {
    const on: Stage = stage({ onAttempt: () => on.clock.advance(40) });
    const events = await all(start(on, { forMs: 100 }));
    expect(only(events, 'runFinished').map((event) => event.status)).toEqual(
      Array(3).fill('completed'),
    );
    expect(stoppedBy(events)).toBe('timeUp');
    expect(only(events, 'huntFinished')[0]?.durationMs).toBe(120);
    expect(on.clock.pending).toBe(0);
  });

  test('gives up a run that overruns by far', async () => {
    const on: Stage = stage({ hangsIn: () => true });
    const running = all(start(on, { forMs: 100 }));
    while (on.clock.pending === 0) await Promise.resolve();
    on.clock.advance(60_100);
    const events = await running;
    expect(only(events, 'runFinished').map((event) => event.status)).toEqual(['interrupted']);
    expect(stoppedBy(events)).toBe('timeUp');
  });
});

describe('--until-failure', () => {
  test.each([
    [
      'a failed test',
      { files: [fakeFile('a.test.ts', { t: (run) => (run === 3 ? 'failed' : 'passed') })] },
    ],
    [
      'a timed out test',
      { files: [fakeFile('a.test.ts', { t: (run) => (run === 3 ? 'timedOut' : 'passed') })] },
    ],
    [
      'a crashed test',
      { files: [fakeFile('a.test.ts', { t: (run) => (run === 3 ? 'crashed' : 'passed') })] },
    ],
    [
      'a file that fails',
      { files: [fakeFile('a.test.ts', {}, { importFails: (run) => run === 3 })] },
    ],
  ] satisfies [string, FakeSuite][])('stops after the run with %s', async (_, suite) => {
    const events = await all(start(stage(suite), { untilFailure: true }));
    expect(only(events, 'runStarted')).toHaveLength(3);
    expect(only(events, 'runFinished').at(-1)?.status).toBe('completed');
    expect(stoppedBy(events)).toBe('failureFound');
  });

  test('takes skipped tests for no failure', async () => {
    const suite = { files: [fakeFile('a.test.ts', { t: 'skipped' })] };
    const events = await all(start(stage(suite), { untilFailure: true, runs: 2 }));
    expect(stoppedBy(events)).toBe('runsDone');
  });
});

describe('--prove', () => {
  const asked = { prove: 0.5 }; // 5 runs without a failure at 95 %
  const plansOf = (on: Stage) => on.executor.plans.map((plan) => plan.only?.map((one) => one.file));

  test('drops a file once all its tests are settled, and ends when every test is', async () => {
    const on = stage({
      files: [
        fakeFile('flaky.test.ts', { flaky: (run) => (run === 2 ? 'failed' : 'passed') }),
        fakeFile('stable.test.ts'),
      ],
    });
    const events = await all(start(on, asked));
    expect(plansOf(on)).toEqual([
      ['flaky.test.ts', 'stable.test.ts'],
      ['flaky.test.ts', 'stable.test.ts'],
      ...[['stable.test.ts'], ['stable.test.ts'], ['stable.test.ts']],
    ]);
    expect(only(events, 'testSettled').map(({ verdict, run }) => [verdict, run])).toEqual([
      ['flaky', 2],
      ['stable', 5],
    ]);
    expect(stoppedBy(events)).toBe('allSettled');
  });

  test('runs a settled test on while its neighbour in the file is unsettled', async () => {
    const on = stage({
      files: [
        fakeFile('a.test.ts', {
          flaky: (run) => (run === 1 ? 'failed' : 'passed'),
          stable: 'passed',
        }),
      ],
    });
    const events = await all(start(on, asked));
    const attemptsOfFlaky = only(events, 'attemptFinished').filter((e) => e.test.name === 'flaky');
    expect(attemptsOfFlaky).toHaveLength(5);
  });

  test('tells after each run how many more it takes at worst', async () => {
    const events = await all(start(stage(), asked));
    expect(only(events, 'remainingEstimated').map(({ runs }) => runs)).toEqual([4, 3, 2, 1, 0]);
  });

  test('tells a verdict again when a settled test turns out otherwise', async () => {
    const on = stage({
      files: [
        fakeFile('a.test.ts', {
          late: (run) => (run === 6 ? 'failed' : 'passed'),
          slow: (run) => (run < 3 ? 'skipped' : 'passed'),
        }),
      ],
    });
    const events = await all(start(on, asked));
    const late = fakeIdentity({ file: 'a.test.ts', name: 'late' }).id;
    const told = only(events, 'testSettled').filter((event) => event.id === late);
    expect(told.map(({ verdict, run }) => [verdict, run])).toEqual([
      ['stable', 5],
      ['flaky', 6],
    ]);
  });

  test('ends though a file never yields a test, or only skipped ones', async () => {
    const on = stage({
      files: [
        fakeFile('broken.test.ts', {}, { importFails: () => true }),
        fakeFile('skipped.test.ts', { t: 'skipped' }),
      ],
    });
    expect(stoppedBy(await all(start(on, asked)))).toBe('allSettled');
    expect(plansOf(on)).toHaveLength(5);
  });

  test('ends though a test is seen once and never again', async () => {
    const on = stage({
      files: [fakeFile('a.test.ts', { t: 'passed' }, { importFails: (run) => run > 1 })],
    });
    expect(stoppedBy(await all(start(on, { ...asked, runs: 99 })))).toBe('allSettled');
  });

  test('holds a crashed run against no file', async () => {
    const on = stage({
      files: [fakeFile('broken.test.ts', {}, { importFails: () => true })],
      hostDies: (run) => (run === 2 ? 'beforeTests' : null),
    });
    expect(stoppedBy(await all(start(on, asked)))).toBe('allSettled');
    expect(plansOf(on)).toHaveLength(6);
  });

  test('stops at a cap on runs', async () => {
    const events = await all(start(stage(), { ...asked, runs: 2 }));
    expect(stoppedBy(events)).toBe('runsDone');
  });
});

describe('load', () => {
  test('is on during stressed runs only', async () => {
    const on: Stage = stage({
      onAttempt: ({ condition }) => void on.load.log.push(condition),
    });
    await all(start(on, { runs: 2 }, { conditions: ['baseline', 'stressed'] }));
    expect(on.load.log).toEqual([
      ...['baseline', 'start', 'stressed', 'stop'],
      ...['baseline', 'start', 'stressed', 'stop'],
      'stop',
    ]);
  });

  test('stops when the hunt is aborted', async () => {
    const on: Stage = stage({ onAttempt: () => on.abort.abort() });
    await all(start(on, { runs: 9 }, { conditions: ['stressed'] }));
    expect(on.load.log).toEqual(['start', 'stop', 'stop']);
  });
});

describe('a host that dies', () => {
  test('costs one run, and the hunt goes on', async () => {
    const on = stage({ hostDies: (run) => (run === 2 ? 'beforeTests' : null) });
    const events = await all(start(on, { runs: 3 }));
    expect(only(events, 'runFinished').map((event) => event.status)).toEqual([
      'completed',
      'crashed',
      'completed',
    ]);
  });

  test('three times in a row before any test ends the hunt with the cause', async () => {
    const on = stage({ hostDies: (run) => (run > 1 ? 'beforeTests' : null) });
    const seen: HuntEvent[] = [];
    const reading = (async () => {
      for await (const event of start(on, { runs: 99 })) seen.push(event);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'ENV_HOST_LOST',
      cause: { message: 'host died' },
    });
    expect(only(seen, 'runStarted')).toHaveLength(4);
    expect(stoppedBy(seen)).toBe('interrupted');
    expect(on.executor.closed).toBe(1);
  });

  test('again and again after its tests is no reason to end', async () => {
    const on = stage({ hostDies: () => 'afterTests' });
    expect(stoppedBy(await all(start(on, { runs: 5 })))).toBe('runsDone');
  });
});
