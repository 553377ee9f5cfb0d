import { describe, expect, test } from 'vitest';
import { HuntWorker, huntPool } from '../../../../harness/runner/host/huntPool.js';
import type { WireMessage } from '../../../../harness/runner/host/vitestFace.js';
import { fakeProject } from '../../../support/fakeVitest.js';
import {
  type FakeRawWorker,
  FakeScope,
  poolWorkerOptions,
  runRequest,
  startRequest,
  stopRequest,
} from '../../../support/fakeWorkers.js';
import { asks } from '../../../support/sessions.js';
import { aFile, aTest, pack } from '../../../support/tasks.js';

/** Until what we say in a worker's place has been heard. */
const said = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What Vitest has before it: a worker, what it heard from it, and the run behind. */
class Bench {
  readonly scope = new FakeScope();
  readonly worker: HuntWorker;
  readonly heard: WireMessage[] = [];

  constructor(o: { pool?: string; isolate?: boolean } = {}) {
    const { pool = 'forks', isolate = true } = o;
    const options = poolWorkerOptions(fakeProject({ config: { isolate } }));
    this.worker = new HuntWorker(
      { name: `flakehound ${pool}`, nativePool: pool, oneByOne: false },
      options,
      this.scope,
    );
  }

  /** Vitest listens once the process is there. */
  async listening(): Promise<void> {
    await this.worker.start();
    this.worker.on('message', (message: WireMessage) => this.heard.push(message));
  }

  async started(): Promise<this> {
    await this.listening();
    this.worker.send(startRequest());
    this.raw.responds('started');
    return this;
  }

  async running(...files: string[]): Promise<this> {
    await this.started();
    this.worker.send(runRequest(...(files.length > 0 ? files : ['a.test.ts'])));
    return this;
  }

  /** The worker that stands behind it now. */
  get raw(): FakeRawWorker {
    const raw = this.scope.raws.at(-1);
    if (!raw) throw new Error('no worker was asked for');
    return raw;
  }

  get heardTypes() {
    return this.heard.map((message) => message.type ?? message.m);
  }

  passes(file = 'a.test.ts'): void {
    const filepath = `/repo/${file}`;
    const collected = aFile([aTest(`${file}#1`)], { filepath });
    this.raw.says(asks('onQueued', collected));
    this.raw.says(asks('onCollected', [collected]));
    this.raw.says(asks('onTaskUpdate', [pack(`${file}#1`, 'pass')], []));
  }
}

describe('towards Vitest', () => {
  test('the pool bears a name of ours and makes one worker for each request', () => {
    const scope = new FakeScope();
    const pool = huntPool('vmThreads', 4, () => scope);
    expect(pool.name).toBe('flakehound vmThreads');
    expect(pool.createPoolWorker(poolWorkerOptions()).name).toBe('flakehound vmThreads');
    expect(scope.poolsAskedFor).toEqual(['vmThreads']);
  });

  test.each([
    ['forks', { cacheFs: true, reportMemory: false, canReuse: undefined }],
    ['threads', { cacheFs: false, reportMemory: false, canReuse: undefined }],
    ['vmForks', { cacheFs: true, reportMemory: true, canReuse: true }],
    ['vmThreads', { cacheFs: false, reportMemory: true, canReuse: true }],
  ])('a worker of %s says of itself what Vitest’s own would', (pool, expected) => {
    const { worker } = new Bench({ pool });
    const { cacheFs, reportMemory } = worker;
    expect({ cacheFs, reportMemory, canReuse: worker.canReuse?.(null) }).toEqual(expected);
  });

  test('a file runs, its reports stay with us, and Vitest hears the ends of things only', async () => {
    const bench = await new Bench().running();
    bench.passes();
    bench.raw.responds('testfileFinished', { message: 'kept from Vitest' });
    bench.worker.send(stopRequest);
    bench.raw.responds('stopped');
    await bench.worker.stop();
    expect(bench.heardTypes).toEqual(['started', 'testfileFinished', 'stopped']);
    expect(bench.heard[1]?.error).toBeUndefined();
    expect(bench.scope.told).toEqual({
      'a.test.ts': [
        'finished',
        'a.test.ts#1: passed',
        'unhandled: Test Run Error: kept from Vitest',
      ],
    });
    expect(bench.scope.openWorkers.size).toBe(0);
  });

  test('calls that Vitest must answer reach it, and it is listened in on', async () => {
    const bench = await new Bench().running();
    const call = asks('fetch', '/repo/a.ts');
    bench.raw.says(call);
    expect(bench.heard.at(-1)).toBe(call);
    bench.worker.send({ t: 's', i: 'id', r: { code: '1' } });
    expect(bench.raw.sent.at(-1)).toEqual({ t: 's', i: 'id', r: { code: '1' } });
    expect(bench.scope.answers).toMatchObject([{ call, result: { code: '1' } }]);
  });

  test('an answer that is an error, or to nothing we saw asked, is not recorded', async () => {
    const bench = await new Bench().running();
    bench.raw.says(asks('fetch', '/repo/a.ts'));
    bench.worker.send({ t: 's', i: 'id', e: { message: 'no such file' } });
    bench.worker.send({ t: 's', i: 'id', r: 1 });
    bench.worker.send({ t: 'q', m: 'onCancel', a: ['x'] });
    expect(bench.scope.answers).toEqual([]);
    expect(bench.raw.sent.slice(-3)).toHaveLength(3);
  });
});

describe('towards the worker', () => {
  test('its pool bears the native name, wherever the worker may look', async () => {
    const bench = await new Bench({ pool: 'threads' }).started();
    expect(bench.raw.sent[0]?.context).toMatchObject({
      pool: 'threads',
      config: { pool: 'threads' },
    });
  });

  test('reports that await an answer get it from us', async () => {
    const bench = await new Bench().running();
    bench.raw.says(asks('getCountOfFailedTests'));
    expect(bench.raw.sent.at(-1)).toEqual({ t: 's', i: 'id', r: 0 });
  });

  test('one that was forked gets this run’s config with its file, another does not', async () => {
    const ordinary = await new Bench().running();
    expect(ordinary.raw.sent.at(-1)?.context).not.toHaveProperty('config');
    const bench = new Bench();
    bench.scope.forks = true;
    // Made before it was known that the run forks: ask for another one.
    const forked = new HuntWorker(
      { name: 'flakehound forks', nativePool: 'forks', oneByOne: false },
      poolWorkerOptions(),
      bench.scope,
    );
    await forked.start();
    forked.send(startRequest({ sequence: { seed: 7 } }));
    forked.send(runRequest('a.test.ts'));
    expect(bench.raw.sent.at(-1)?.context).toMatchObject({
      config: { sequence: { seed: 7 }, pool: 'forks' },
    });
    expect(forked.forked).toBe(true);
  });
});

describe('a worker that goes', () => {
  test('in the middle of its file: the file has crashed, and Vitest is told it is through', async () => {
    const bench = await new Bench().running();
    bench.raw.exit(null, 'SIGKILL');
    await said();
    expect(bench.heardTypes).toEqual(['started', 'testfileFinished']);
    expect(bench.scope.told).toEqual({
      'a.test.ts': ['died', 'crash: worker killed by SIGKILL'],
    });
    expect(bench.scope.openWorkers.size).toBe(0);
    bench.worker.send(stopRequest);
    await said();
    await bench.worker.stop();
    expect(bench.heardTypes).toEqual(['started', 'testfileFinished', 'stopped']);
    expect(bench.raw.sentTypes).toEqual(['start', 'run']);
    expect(bench.raw.stops).toBe(0);
  });

  test('after its file: the file is finished as it was', async () => {
    const bench = await new Bench().running();
    bench.passes();
    bench.raw.responds('testfileFinished');
    bench.raw.exit(0);
    expect(bench.scope.told).toEqual({ 'a.test.ts': ['finished', 'a.test.ts#1: passed'] });
    expect(bench.heardTypes).toEqual(['started', 'testfileFinished']);
  });

  test('while it is being stopped: Vitest is told that it has', async () => {
    const bench = await new Bench().running();
    bench.raw.responds('testfileFinished');
    bench.worker.send(stopRequest);
    bench.raw.exit(1);
    await said();
    expect(bench.heardTypes).toEqual(['started', 'testfileFinished', 'stopped']);
  });

  test('while it starts: Vitest hears so, and need not wait', async () => {
    const bench = new Bench();
    await bench.listening();
    bench.worker.send(startRequest());
    bench.raw.exit(3);
    await said();
    expect(bench.heard).toMatchObject([
      { type: 'started', error: new Error('worker ended while it started: exit code 3') },
    ]);
    expect(bench.scope.openWorkers.size).toBe(0);
  });

  test('between its start and its file: the file gets another one', async () => {
    const bench = await new Bench().started();
    bench.raw.exit(null, 'SIGKILL');
    bench.worker.send(runRequest('a.test.ts'));
    await said();
    bench.raw.responds('started');
    expect(bench.scope.raws).toHaveLength(2);
    expect(bench.raw.sentTypes).toEqual(['start', 'run']);
    expect(bench.heardTypes).toEqual(['started']);
  });

  test('because it is stopped before it had a file: nobody hears of it', async () => {
    const bench = await new Bench().started();
    await bench.worker.stop();
    await said();
    expect(bench.raw.stops).toBe(1);
    expect(bench.heardTypes).toEqual(['started']);
    expect(bench.scope.openWorkers.size).toBe(0);
  });
});

describe('a worker that is kept for further files', () => {
  const kept = { isolate: false };

  test('closes a file with its end: later errors belong to the next', async () => {
    const bench = await new Bench(kept).running('a.test.ts');
    bench.passes('a.test.ts');
    bench.raw.responds('testfileFinished');
    expect(Object.keys(bench.scope.told)).toEqual(['a.test.ts']);
    bench.worker.send(runRequest('b.test.ts'));
    bench.passes('b.test.ts');
    bench.raw.responds('testfileFinished');
    expect(bench.scope.results.map(({ file, end }) => [file, end])).toEqual([
      ['a.test.ts', 'finished'],
      ['b.test.ts', 'finished'],
    ]);
    expect(bench.scope.raws).toHaveLength(1);
  });

  test('is replaced when it has died and a further file comes', async () => {
    const bench = await new Bench(kept).running('a.test.ts');
    bench.raw.exit(null, 'SIGKILL');
    bench.worker.send(runRequest('b.test.ts'));
    await said();
    expect(bench.scope.raws).toHaveLength(2);
    expect(bench.raw.sentTypes).toEqual(['start']);
    bench.raw.responds('started');
    expect(bench.raw.sentTypes).toEqual(['start', 'run']);
    bench.passes('b.test.ts');
    bench.raw.responds('testfileFinished');
    // The second start is our own affair.
    expect(bench.heardTypes).toEqual(['started', 'testfileFinished', 'testfileFinished']);
    expect(bench.scope.told).toEqual({
      'a.test.ts': ['died', 'crash: worker killed by SIGKILL'],
      'b.test.ts': ['finished', 'b.test.ts#1: passed'],
    });
  });

  test('may die again, and is replaced again; what its forerunners do has no effect', async () => {
    const bench = await new Bench(kept).running('a.test.ts');
    const [first] = bench.scope.raws;
    bench.worker.stall(9);
    bench.worker.send(runRequest('b.test.ts'));
    await said();
    bench.raw.responds('started');
    first?.exit(null, 'SIGKILL');
    expect(bench.scope.results.map(({ file }) => file)).toEqual(['a.test.ts']);
    bench.raw.exit(1);
    expect(bench.scope.told['b.test.ts']).toEqual([
      'died',
      'crash: worker exited with code 1 in the middle of its file',
    ]);
  });

  test('whose replacement does not start fails the file by that', async () => {
    const bench = await new Bench(kept).running('a.test.ts');
    bench.raw.exit(null, 'SIGKILL');
    bench.scope.startFails = new Error('no memory');
    bench.worker.send(runRequest('b.test.ts'));
    await said();
    await said();
    expect(bench.scope.told['b.test.ts']).toEqual([
      'finished',
      'unhandled: Worker Start Error: no memory',
    ]);
    expect(bench.heardTypes.at(-1)).toBe('testfileFinished');
  });
});

describe('a worker that the run ends', () => {
  test('because it stalls: it is killed, its file is told, and Vitest goes on', async () => {
    const bench = await new Bench().running();
    bench.worker.stall(3_000);
    await said();
    expect(bench.raw.kills).toBe(1);
    expect(bench.scope.told).toEqual({
      'a.test.ts': ['stalled', 'timeout: no sign of life for 3000 ms: worker killed'],
    });
    expect(bench.heardTypes).toEqual(['started', 'testfileFinished']);
    bench.raw.exit(null, 'SIGKILL');
    bench.worker.stall(3_000);
    await said();
    expect(bench.scope.results).toHaveLength(1);
    expect(bench.heardTypes).toEqual(['started', 'testfileFinished']);
    expect(bench.scope.openWorkers.size).toBe(0);
  });

  test('because it was called off: Vitest is told at once, also that it stopped', async () => {
    const bench = await new Bench().running();
    bench.worker.send(stopRequest);
    bench.worker.cancel();
    await said();
    expect(bench.raw.kills).toBe(1);
    expect(bench.scope.results.map(({ end }) => end)).toEqual(['cancelled']);
    expect(bench.heardTypes).toEqual(['started', 'testfileFinished', 'stopped']);
  });

  test('called off at any point: every request of Vitest’s gets its answer, the worker none', async () => {
    const requests = [startRequest(), runRequest('a.test.ts'), stopRequest];
    for (let before = 0; before <= requests.length; before++) {
      const bench = new Bench();
      await bench.listening();
      for (const request of requests.slice(0, before)) bench.worker.send(request);
      if (before > 0) bench.raw.responds('started');
      bench.worker.cancel();
      const sent = bench.raw.sent.length;
      for (const request of requests.slice(before)) bench.worker.send(request);
      await said();
      expect(new Set(bench.heardTypes), `after ${before} requests`).toEqual(
        new Set(['started', 'testfileFinished', 'stopped']),
      );
      expect(bench.raw.sent).toHaveLength(sent);
      expect(bench.scope.results.map(({ end }) => end)).toEqual(['cancelled']);
    }
  });
});
