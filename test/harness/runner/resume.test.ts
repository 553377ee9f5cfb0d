import { expect, test } from 'vitest';
import type { HuntEvent, NoticeGiven, RunEvent } from '../../../harness/events.js';
import { type HuntOptions, hunt, type Resumption } from '../../../harness/runner/hunt.js';
import { fakeClock } from '../../support/fakeClock.js';
import {
  type FakeExecutor,
  type FakeSuite,
  fakeExecutor,
  fakeFile,
} from '../../support/fakeExecutor.js';

const suite: FakeSuite = {
  notices: [{ type: 'noticeGiven', code: 'SLOW', message: 'slow path' }],
  files: [
    fakeFile('a.test.ts', { wobbles: (run) => (run === 4 ? 'failed' : 'passed') }),
    fakeFile('b.test.ts', { holds: 'passed', never: 'failed' }),
    fakeFile('c.test.ts', { late: (run) => (run < 3 ? 'skipped' : 'passed') }),
  ],
};

interface Told {
  readonly events: readonly HuntEvent[];
  readonly executor: FakeExecutor;
}

async function carryOut(
  asked: Partial<HuntOptions['asked']>,
  how: { readonly resumption?: Resumption; readonly suite?: FakeSuite; readonly runMs?: number },
): Promise<Told> {
  const clock = fakeClock();
  let lastRun = 0;
  const executor = fakeExecutor({
    ...(how.suite ?? suite),
    onAttempt: ({ run }) => {
      if (run !== lastRun) clock.advance(how.runMs ?? 0);
      lastRun = run;
    },
  });
  const options: HuntOptions = {
    id: 'h1',
    seed: 7,
    root: '/repo',
    command: ['flakehound', 'hunt'],
    asked: { runs: null, forMs: null, untilFailure: false, prove: null, ...asked },
    confidence: 0.95,
    conditions: ['baseline', 'shuffled'],
    order: 'declared',
    shard: null,
  };
  const load = { start: async () => undefined, stop: async () => undefined };
  const ports = { executor, clock, load, signal: new AbortController().signal };
  const events: HuntEvent[] = [];
  for await (const event of hunt(options, ports, how.resumption ?? null)) events.push(event);
  return { events, executor };
}

const isRunEvent = (event: HuntEvent): event is RunEvent =>
  'run' in event && event.type !== 'runStarted' && event.type !== 'testSettled';

/** What a hunt had told when it was cut off within run `cut`. */
function toldBefore(cut: number, events: readonly HuntEvent[], elapsedMs = 0): Resumption {
  const [started] = events;
  if (started?.type !== 'huntStarted') throw new Error('no hunt');
  const runs = Array.from({ length: cut - 1 }, (_, at) =>
    events.filter(isRunEvent).filter((event) => 'run' in event && event.run === at + 1),
  );
  const notices = events.filter((event): event is NoticeGiven => event.type === 'noticeGiven');
  return {
    started,
    notices,
    elapsedMs,
    runs: (async function* () {
      yield* runs;
    })(),
  };
}

/** A notice that is given again is the same notice. */
const once = (events: readonly HuntEvent[]): HuntEvent[] => {
  const seen = new Set<string>();
  return events.filter((event) => {
    if (event.type !== 'noticeGiven') return true;
    const isNew = !seen.has(event.message);
    seen.add(event.message);
    return isNew;
  });
};

test.each([
  ['--runs 4', { runs: 4 }],
  ['--until-failure', { untilFailure: true }],
  ['--prove 20%', { prove: 0.2 }],
])(
  'under %s a hunt cut off in any run tells, resumed, what it would have told',
  async (_, asked) => {
    const whole = await carryOut(asked, {});
    const runs = whole.executor.plans.length;
    expect(runs).toBeGreaterThan(0);
    for (let cut = 1; cut <= runs + 1; cut++) {
      const resumption = toldBefore(cut, whole.events);
      const resumed = await carryOut(asked, { resumption });
      expect(once(resumed.events), `cut off in run ${cut}`).toEqual(whole.events);
      expect(resumed.executor.plans, `runs carried out after ${cut}`).toEqual(
        whole.executor.plans.slice(cut - 1),
      );
    }
  },
);

test('time that was spent before counts for --for', async () => {
  const whole = await carryOut({ forMs: 10_000 }, { runMs: 3_000 });
  expect(whole.executor.plans).toHaveLength(4);
  const resumption = toldBefore(3, whole.events, 6_000);
  const resumed = await carryOut({ forMs: 10_000 }, { runMs: 3_000, resumption });
  expect(once(resumed.events)).toEqual(whole.events);
  expect(resumed.events.at(-1)).toMatchObject({ durationMs: 12_000, stopped: 'timeUp' });
});

test('crashes in vain before and after the cut are counted together', async () => {
  const dying: FakeSuite = { hostDies: (run) => (run < 4 ? 'beforeTests' : null) };
  const resumption: Resumption = {
    ...toldBefore(1, (await carryOut({ runs: 1 }, {})).events),
    runs: (async function* () {
      for (const run of [1, 2]) {
        const where = { run, condition: 'baseline' } as const;
        yield [{ type: 'runFinished', ...where, status: 'crashed', durationMs: 1 } as const];
      }
    })(),
  };
  await expect(carryOut({ runs: 9 }, { suite: dying, resumption })).rejects.toMatchObject({
    code: 'ENV_HOST_LOST',
  });
});
