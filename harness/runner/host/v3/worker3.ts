import { waitAtMost } from '../../../forkserver/waitAtMost.js';
import type { HuntedWorker, RunScope } from '../huntPool.js';
import type { RawWorker } from '../rawWorker.js';
import { Session } from '../session.js';
import type { Project, RpcMethods, VitestModule, WireMessage } from '../vitestFace.js';
import type { FileEnvironment } from './environment.js';

/** As long as Vitest 4 and 5 give theirs, doubled: these load all of Vitest first. */
const startLimitMs = 120_000;

export interface Worker3Options {
  readonly distPath: string;
  readonly project: Project;
  readonly pool: string;
  readonly environment: FileEnvironment;
  readonly env: Record<string, string>;
  readonly execArgv: readonly string[];
  readonly poolId: number;
}

/** One worker of Vitest 3.2 with our side of its calls; replaced when it dies with files to go. */
export class Worker3 implements HuntedWorker {
  readonly #scope: RunScope;
  readonly #options: Worker3Options;
  readonly #methods: RpcMethods;
  #raw: RawWorker | null = null;
  #session: Session | null = null;
  #started: () => void = () => undefined;
  #finish: () => void = () => undefined;
  #stopped: () => void = () => undefined;

  constructor(scope: RunScope, module: VitestModule, options: Worker3Options) {
    this.#scope = scope;
    this.#options = options;
    const cacheFs = options.pool.toLowerCase().endsWith('forks');
    this.#methods = module.createMethodsRPC(options.project, { cacheFs });
  }

  get session(): Session | null {
    return this.#session;
  }

  get pid(): number | undefined {
    return this.#raw?.pid;
  }

  async carryOut(filepath: string, workerId: number, hasMore: boolean): Promise<void> {
    const { project } = this.#options;
    let raw: RawWorker;
    try {
      raw = this.#raw ?? (await this.#begin(filepath, workerId));
    } catch (error) {
      const o = { project, files: [filepath], workerId, forked: false };
      new Session(this.#scope, o).failedToStart(error);
      return;
    }
    const o = { project, files: [filepath], workerId, forked: raw.forked };
    const session = new Session(this.#scope, o);
    this.#session = session;
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    // It may have died while it started, or the run may be over.
    if (this.#raw === null) {
      session.died(null, 'SIGKILL');
      return;
    }
    raw.send({ type: 'run', context: this.#context(filepath, workerId) });
    await finished;
    // With a further file to come, late errors can't be told apart any more.
    if (hasMore) session.close();
  }

  /** What Vitest 3.2's `dist/worker.js` takes. */
  #context(filepath: string, workerId: number): Record<string, unknown> {
    const { project, pool, environment, distPath } = this.#options;
    return {
      pool,
      worker: `${distPath}/workers/${pool}.js`,
      config: (project as Project & { serializedConfig: unknown }).serializedConfig,
      files: [{ filepath, testLocations: undefined }],
      invalidates: [],
      environment,
      workerId,
      projectName: project.name,
      providedContext: project.getProvidedContext(),
    };
  }

  async #begin(filepath: string, workerId: number): Promise<RawWorker> {
    const { project, environment, env, execArgv, distPath, pool, poolId } = this.#options;
    const raw = this.#scope.makeWorker(
      { distPath, project, method: 'run', environment, env, execArgv, poolId },
      pool,
    );
    await raw.start();
    raw.onMessage((message) => void this.#receive(raw, message));
    raw.onExit((code, signal, error) => this.#exit(raw, code, signal, error));
    this.#raw = raw;
    this.#scope.opened(this);
    // Vitest 3.2 has no such message; a template needs to know the environment before it forks.
    const started = new Promise<void>((resolve) => {
      this.#started = resolve;
    });
    const context = this.#context(filepath, workerId);
    const ids = { poolId: this.#options.poolId, workerId };
    raw.send({ type: 'start', context, ...ids } as WireMessage);
    if (await waitAtMost(startLimitMs, started)) return raw;
    raw.kill();
    this.#raw = null;
    this.#scope.gone(this);
    throw new Error(`the worker was not ready after ${startLimitMs} ms`);
  }

  async #receive(raw: RawWorker, message: WireMessage): Promise<void> {
    if (message.__vitest_worker_response__) {
      if (message.type === 'testfileFinished') {
        this.#session?.finished(message.error);
        this.#finish();
      }
      if (message.type === 'started') this.#started();
      if (message.type === 'stopped') this.#stopped();
      return;
    }
    const answer = this.#session?.take(message);
    if (answer) raw.send(answer);
    if (answer !== undefined || message.t !== 'q' || message.m === undefined) return;
    try {
      const result = await this.#methods[message.m]?.(...(message.a ?? []));
      this.#scope.recordAnswer(this.#options.project, message, result);
      if (message.i !== undefined) raw.send({ t: 's', i: message.i, r: result });
    } catch (error) {
      if (message.i !== undefined) raw.send({ t: 's', i: message.i, e: error });
    }
  }

  #exit(raw: RawWorker, code: number | null, signal: string | null, error?: Error): void {
    if (raw !== this.#raw) return;
    this.#raw = null;
    const session = this.#session;
    if (session?.hasFinished) session.close();
    else session?.died(code, signal, error);
    this.#started();
    this.#finish();
    this.#stopped();
    this.#scope.gone(this);
  }

  stall(limitMs: number): void {
    this.#session?.stalled(limitMs);
    this.#raw?.kill();
    this.#raw = null;
    this.#finish();
  }

  cancel(): void {
    this.#session?.close('cancelled');
    this.#raw?.kill();
    this.#started();
    this.#finish();
    this.#stopped();
  }

  /** Lets the worker tear down, collects its late errors, and ends it. */
  async stop(): Promise<void> {
    const raw = this.#raw;
    if (raw) {
      const stopped = new Promise<void>((resolve) => {
        this.#stopped = resolve;
      });
      raw.send({ type: 'stop' });
      await waitAtMost(this.#options.project.config.teardownTimeout, stopped);
      await raw.stop();
    }
    this.#session?.close();
    this.#scope.gone(this);
  }
}
