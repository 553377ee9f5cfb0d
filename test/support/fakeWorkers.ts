import type { HuntedWorker, RunScope } from '../../harness/runner/host/huntPool.js';
import type { RawWorker } from '../../harness/runner/host/rawWorker.js';
import type {
  PoolWorkerOptions,
  Project,
  WireMessage,
} from '../../harness/runner/host/vitestFace.js';
import { fakeProject } from './fakeVitest.js';
import { FakeSink } from './sessions.js';
import { root } from './tasks.js';

/** A worker that does what the test says, and keeps what it was told. */
export class FakeRawWorker implements RawWorker {
  readonly pid = 42;
  readonly forked: boolean;
  readonly sent: WireMessage[] = [];
  kills = 0;
  stops = 0;
  startFails: Error | null = null;
  #onMessage: (message: WireMessage) => void = () => undefined;
  #onExit: (code: number | null, signal: string | null) => void = () => undefined;

  constructor(forked: boolean) {
    this.forked = forked;
  }

  async start(): Promise<void> {
    if (this.startFails) throw this.startFails;
  }

  send(message: WireMessage): void {
    this.sent.push(message);
  }

  onMessage(listener: (message: WireMessage) => void): void {
    this.#onMessage = listener;
  }

  onExit(listener: (code: number | null, signal: string | null) => void): void {
    this.#onExit = listener;
  }

  /** Goes when it is stopped, as a process does. */
  async stop(): Promise<void> {
    this.stops += 1;
    this.exit(0);
  }

  kill(): void {
    this.kills += 1;
  }

  /** Says something to us. */
  says(message: WireMessage): void {
    this.#onMessage(message);
  }

  responds(type: string, error?: unknown): void {
    this.says({ __vitest_worker_response__: true, type, error });
  }

  exit(code: number | null, signal: string | null = null): void {
    this.#onExit(code, signal);
  }

  get sentTypes(): (string | undefined)[] {
    return this.sent.map(({ type }) => type);
  }
}

/** A run that hands out fake workers and keeps what it hears. */
export class FakeScope extends FakeSink implements RunScope {
  readonly raws: FakeRawWorker[] = [];
  readonly answers: { project: Project; call: WireMessage; result: unknown }[] = [];
  readonly openWorkers = new Set<HuntedWorker>();
  readonly poolsAskedFor: string[] = [];
  cancelled = false;
  forks = false;
  /** Of workers made from now on. */
  startFails: Error | null = null;

  opened(worker: HuntedWorker): void {
    this.openWorkers.add(worker);
  }

  gone(worker: HuntedWorker): void {
    this.openWorkers.delete(worker);
  }

  makeWorker(_options: PoolWorkerOptions, nativePool: string): RawWorker {
    const raw = new FakeRawWorker(this.forks);
    raw.startFails = this.startFails;
    this.raws.push(raw);
    this.poolsAskedFor.push(nativePool);
    return raw;
  }

  recordAnswer(project: Project, call: WireMessage, result: unknown): void {
    this.answers.push({ project, call, result });
  }
}

export const poolWorkerOptions = (project: Project = fakeProject()): PoolWorkerOptions => ({
  distPath: '/repo/node_modules/vitest/dist',
  project,
  method: 'run',
  environment: { name: 'node', options: null },
  env: {},
  execArgv: [],
});

/** As Vitest 4 and 5 begin with a worker. */
export const startRequest = (config: Record<string, unknown> = {}): WireMessage => ({
  __vitest_worker_request__: true,
  type: 'start',
  context: { pool: 'flakehound forks', config: { pool: 'flakehound forks', ...config } },
});

export const runRequest = (...files: readonly string[]): WireMessage => ({
  __vitest_worker_request__: true,
  type: 'run',
  context: { workerId: 3, files: files.map((file) => ({ filepath: `${root}/${file}` })) },
});

export const stopRequest: WireMessage = { __vitest_worker_request__: true, type: 'stop' };
