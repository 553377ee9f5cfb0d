import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RunEvent } from '../../../../harness/events.js';
import type { RunPlan } from '../../../../harness/runner/executor.js';
import type { HuntedWorker } from '../../../../harness/runner/host/huntPool.js';
import type { Session } from '../../../../harness/runner/host/session.js';
import { type RunSupport, SuiteRun } from '../../../../harness/runner/host/suiteRun.js';
import type { Specification } from '../../../../harness/runner/host/vitestFace.js';
import { aSpec, fakeProject } from '../../../support/fakeVitest.js';
import { FakeRawWorker } from '../../../support/fakeWorkers.js';
import { aSession, asks } from '../../../support/sessions.js';
import { aFile, aTest, pack, root } from '../../../support/tasks.js';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
});
afterEach(() => vi.useRealTimers());

const plan: RunPlan = {
  run: 4,
  condition: 'baseline',
  orderSeed: null,
  seed: 1,
  serial: false,
  only: null,
};

const project = fakeProject();

/** A worker of the run's that ends its session when it is told to, and goes when we say so. */
class FakeWorker implements HuntedWorker {
  readonly session: Session;
  readonly pid = 42;
  readonly #run: SuiteRun;
  cancels = 0;
  stalls = 0;

  constructor(run: SuiteRun, ...files: string[]) {
    this.#run = run;
    this.session = aSession(run, { files, project });
    run.opened(this);
  }

  passes(file: string): void {
    const filepath = `${root}/${file}`;
    const collected = aFile([aTest(file)], { filepath });
    this.session.take(asks('onQueued', collected));
    this.session.take(asks('onCollected', [collected]));
    this.session.take(asks('onTaskUpdate', [pack(file, 'pass')], []));
  }

  goes(): void {
    this.session.finished(undefined);
    this.session.close();
    this.#run.gone(this);
  }

  stall(limitMs: number): void {
    this.stalls += 1;
    this.session.stalled(limitMs);
    this.#run.gone(this);
  }

  cancel(): void {
    this.cancels += 1;
    this.session.close('cancelled');
    this.#run.gone(this);
  }
}

/** A run whose Vitest does what `execute` says. */
function aRun(
  execute: (specs: readonly Specification[], run: SuiteRun) => Promise<readonly unknown[]>,
  over: Partial<RunSupport> = {},
): { run: SuiteRun; events: RunEvent[]; passes: string[][]; silences: number[] } {
  const events: RunEvent[] = [];
  const passes: string[][] = [];
  const silences: number[] = [];
  const run: SuiteRun = new SuiteRun(plan, {
    root,
    stallMs: 3_000,
    teardownMs: 1_000,
    emit: (more) => events.push(...more),
    fileStarted: () => undefined,
    makeWorker: () => new FakeRawWorker(false),
    recordAnswer: () => undefined,
    flight: { running: () => [], recorded: () => [] },
    stderrTail: () => '',
    stuck: (silentMs) => void silences.push(silentMs),
    execute: (specs) => {
      passes.push(specs.map(({ moduleId }) => moduleId));
      return execute(specs, run);
    },
    ...over,
  });
  return { run, events, passes, silences };
}

const specs = (...files: string[]) => files.map((file) => aSpec(file, project));

const lines = (events: readonly RunEvent[]) =>
  events.map((event) => {
    switch (event.type) {
      case 'attemptFinished':
        return `${event.test.file} ${event.test.name}: ${event.outcome.kind}`;
      case 'fileFailed':
        return `${event.file} ${event.phase}: ${event.failure.message}`;
      case 'fileFinished':
        return `${event.file} finished`;
      case 'errorRaised':
        return `error: ${event.failure.message}`;
      default:
        return event.type;
    }
  });

test('a run tells what became of each file, marked with run and condition', async () => {
  const { run, events } = aRun(async () => {
    const worker = new FakeWorker(run, 'a.test.ts');
    worker.passes('a.test.ts');
    worker.goes();
    return [];
  });
  const results = await run.carryOut(specs('a.test.ts'));
  expect([...results.values()].map(({ file, end }) => [file, end])).toEqual([
    ['a.test.ts', 'finished'],
  ]);
  expect(lines(events)).toEqual(['a.test.ts a.test.ts: passed', 'a.test.ts finished']);
  for (const event of events) expect(event).toMatchObject({ run: 4, condition: 'baseline' });
});

test('files that a dying worker had not come to are run again, until none is left', async () => {
  const { run, events, passes } = aRun(async (todo) => {
    const files = todo.map(({ moduleId }) => moduleId.slice(root.length + 1));
    const [first] = files;
    if (first === undefined) throw new Error('a pass has a file');
    const worker = new FakeWorker(run, ...files);
    worker.passes(first);
    worker.session.died(null, 'SIGKILL');
    run.gone(worker);
    return [];
  });
  await run.carryOut(specs('a.test.ts', 'b.test.ts', 'c.test.ts'));
  const path = (file: string) => `${root}/${file}`;
  expect(passes).toEqual([
    ['a.test.ts', 'b.test.ts', 'c.test.ts'].map(path),
    ['b.test.ts', 'c.test.ts'].map(path),
    ['c.test.ts'].map(path),
  ]);
  expect(lines(events).filter((line) => line.endsWith('finished'))).toEqual([
    'a.test.ts finished',
    'b.test.ts finished',
    'c.test.ts finished',
  ]);
});

describe('a file without a result', () => {
  test('has failed, and is finished, by the error that Vitest gives', async () => {
    const { run, events } = aRun(async () => [new Error('[vitest-pool]: Failed to start')]);
    await run.carryOut(specs('a.test.ts'));
    expect(lines(events)).toEqual([
      'a.test.ts import: [vitest-pool]: Failed to start',
      'a.test.ts finished',
    ]);
  });

  test('is nobody’s fault where a set-up failed before all files', async () => {
    const { run, events } = aRun(async () => [new Error('no database')]);
    await run.carryOut(specs('a.test.ts', 'b.test.ts'));
    expect(lines(events)).toEqual(['error: no database']);
  });

  test('has failed also when Vitest gives none', async () => {
    const { run, events } = aRun(async () => []);
    await run.carryOut(specs('a.test.ts'));
    expect(lines(events)).toEqual([
      'a.test.ts import: Vitest did not carry this file out',
      'a.test.ts finished',
    ]);
  });

  test('an error is the run’s where every file has a result', async () => {
    const { run, events } = aRun(async () => {
      const worker = new FakeWorker(run, 'a.test.ts');
      worker.passes('a.test.ts');
      worker.goes();
      return [new Error('teardown failed')];
    });
    await run.carryOut(specs('a.test.ts'));
    expect(lines(events)).toEqual([
      'a.test.ts a.test.ts: passed',
      'a.test.ts finished',
      'error: teardown failed',
    ]);
  });
});

describe('the watchdog', () => {
  /** A run of one file whose worker is in our hands. */
  function withWorker() {
    let worker: FakeWorker | undefined;
    let leave: () => void = () => undefined;
    const vitestIsThrough = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const bench = aRun(async (_, run) => {
      worker = new FakeWorker(run, 'a.test.ts');
      await vitestIsThrough;
      return [];
    });
    const over = bench.run.carryOut(specs('a.test.ts'));
    if (!worker) throw new Error('execute runs at once');
    return { ...bench, worker, leave, over };
  }

  test('ends a worker that says nothing for longer than the limit', async () => {
    const { worker, leave, over, events } = withWorker();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(worker.stalls).toBe(0);
    await vi.advanceTimersByTimeAsync(200);
    expect(worker.stalls).toBe(1);
    leave();
    await over;
    expect(lines(events)).toEqual([
      'a.test.ts timeout: no sign of life for 3000 ms: worker killed',
      'a.test.ts finished',
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('spares one that gives a sign now and then', async () => {
    const { worker, leave, over } = withWorker();
    for (let i = 0; i < 5; i++) {
      await vi.advanceTimersByTimeAsync(2_500);
      worker.session.take(asks('onUserConsoleLog', {}));
    }
    expect(worker.stalls).toBe(0);
    worker.passes('a.test.ts');
    worker.goes();
    leave();
    await over;
  });

  test('spares one that is through with its file: it is its teardown’s turn', async () => {
    const { worker, leave, over } = withWorker();
    worker.passes('a.test.ts');
    worker.session.finished(undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(worker.stalls).toBe(0);
    worker.goes();
    leave();
    await over;
  });
});

describe('a Vitest that waits for something that does not come', () => {
  /** As when the end of a process gets lost: the file is through, its worker never goes. */
  async function stuckAfter(file: string) {
    const bench = aRun(async (_, run) => {
      const worker = new FakeWorker(run, file);
      worker.passes(file);
      worker.session.finished(undefined);
      return new Promise(() => undefined);
    });
    void bench.run.carryOut(specs(file, 'b.test.ts'));
    await vi.advanceTimersByTimeAsync(181_000);
    return bench;
  }

  test('is given up after minutes in which nothing happened, once', async () => {
    const { silences } = await stuckAfter('a.test.ts');
    expect(silences).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(silences).toEqual([181_000]);
    await vi.advanceTimersByTimeAsync(400_000);
    expect(silences).toHaveLength(1);
  });

  test('has told what was through by then', async () => {
    const { events } = await stuckAfter('a.test.ts');
    expect(lines(events)).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(lines(events)).toEqual(['a.test.ts a.test.ts: passed', 'a.test.ts finished']);
  });

  test('is given up sooner when the run was called off', async () => {
    const { run, silences } = aRun(async (_, own) => {
      new FakeWorker(own, 'a.test.ts');
      return new Promise(() => undefined);
    });
    void run.carryOut(specs('a.test.ts'));
    run.cancel();
    await vi.advanceTimersByTimeAsync(16_200);
    expect(silences).toEqual([16_000]);
  });
});

describe('a worker that outlives its run', () => {
  test('is waited for, and gone before the run is over', async () => {
    let worker: FakeWorker | undefined;
    const { run } = aRun(async () => {
      worker = new FakeWorker(run, 'a.test.ts');
      worker.passes('a.test.ts');
      return [];
    });
    let isOver = false;
    const over = run.carryOut(specs('a.test.ts')).then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(900);
    expect(isOver).toBe(false);
    worker?.goes();
    await over;
    expect(worker?.cancels).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is ended when it takes longer than a teardown may', async () => {
    let worker: FakeWorker | undefined;
    const { run, events } = aRun(async () => {
      worker = new FakeWorker(run, 'a.test.ts');
      worker.passes('a.test.ts');
      worker.session.finished(undefined);
      worker.session.close();
      return [];
    });
    const over = run.carryOut(specs('a.test.ts'));
    await vi.advanceTimersByTimeAsync(1_000);
    await over;
    expect(worker?.cancels).toBe(1);
    expect(lines(events)).toEqual(['a.test.ts a.test.ts: passed', 'a.test.ts finished']);
  });
});

describe('a run that is called off', () => {
  test('ends its workers, keeps what was found, and claims nothing of the rest', async () => {
    const { run, events, passes } = aRun(async () => {
      const one = new FakeWorker(run, 'a.test.ts');
      one.passes('a.test.ts');
      const other = new FakeWorker(run, 'b.test.ts');
      run.cancel();
      expect([one.cancels, other.cancels]).toEqual([1, 1]);
      return [new Error('cancelled')];
    });
    await run.carryOut(specs('a.test.ts', 'b.test.ts', 'c.test.ts'));
    expect(run.cancelled).toBe(true);
    expect(passes).toHaveLength(1);
    expect(lines(events)).toEqual(['a.test.ts a.test.ts: passed']);
  });

  test('ends a worker that comes up later', () => {
    const { run } = aRun(async () => []);
    run.cancel();
    expect(new FakeWorker(run, 'a.test.ts').cancels).toBe(1);
  });
});

test('results that are held back are told when the caller says so, and only then', async () => {
  const { run, events } = aRun(async (todo) => {
    for (const { moduleId } of todo) {
      const file = moduleId.slice(root.length + 1);
      const worker = new FakeWorker(run, file);
      worker.passes(file);
      worker.goes();
    }
    return [];
  });
  run.holdBack(({ file }) => file === 'a.test.ts');
  await run.carryOut(specs('a.test.ts', 'b.test.ts'));
  expect(lines(events)).toEqual(['b.test.ts b.test.ts: passed', 'b.test.ts finished']);
  const held = run.takeHeld();
  expect(held.map(({ file }) => file)).toEqual(['a.test.ts']);
  expect(run.takeHeld()).toEqual([]);
  for (const result of held) run.report(result);
  expect(lines(events)).toContain('a.test.ts a.test.ts: passed');
  await run.carryOut(specs('a.test.ts'));
  expect(lines(events).filter((line) => line === 'a.test.ts finished')).toHaveLength(2);
});

test('a crash is told with what the worker left on stderr', () => {
  const { run } = aRun(async () => [], { stderrTail: () => 'JavaScript heap out of memory' });
  expect(run.describeExit(null, 'SIGABRT').message).toMatch('out of memory');
  expect(run.describeExit(null, 'SIGSEGV').message).toBe('worker killed by SIGSEGV');
});
