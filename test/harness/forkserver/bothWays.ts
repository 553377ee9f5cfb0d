import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createVitest,
  ForksPoolWorker,
  type PoolOptions,
  type PoolWorker,
  type TestCase,
  type WorkerRequest,
} from 'vitest/node';
import {
  type ForkedWorker,
  type ForkServer,
  startForkServer,
} from '../../../harness/forkserver/forkServer.js';

const require = createRequire(import.meta.url);
const distPath = join(dirname(require.resolve('vitest/package.json')), 'dist');
const folder = fileURLToPath(new URL('./canary/', import.meta.url));

export interface ProbeRun {
  readonly tests: readonly { name: string; state: string; errors: string[]; meta: object }[];
  /** Of files and of no file. */
  readonly errors: readonly string[];
  readonly endings: readonly string[];
}

export interface ProbeOptions {
  /** A file of the canary folder. */
  readonly probe: string;
  readonly way: 'ordinary' | 'forked';
  readonly runs?: number;
  readonly config?: Record<string, unknown>;
}

/** Runs a file under Vitest 4, by its own forks workers or by forked copies of a template. */
export async function runProbe(options: ProbeOptions): Promise<readonly ProbeRun[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'probe-'));
  const servers: ForkServer[] = [];
  const endings: string[] = [];
  const tests: TestCase[] = [];
  const errors: string[] = [];
  const createPoolWorker = (asked: PoolOptions): PoolWorker =>
    options.way === 'ordinary'
      ? new OrdinaryWorker(asked, endings)
      : new TemplateWorker(asked, scratch, servers, endings);
  const vitest = await createVitest(
    'test',
    {
      root: folder,
      config: false,
      include: [options.probe],
      watch: false,
      api: false,
      maxWorkers: 1,
      pool: { name: 'probe', createPoolWorker },
      reporters: [
        {
          onTestCaseResult: (test) => void tests.push(test),
          onTestModuleEnd: (module) => void errors.push(...module.errors().map((e) => e.message)),
          onTestRunEnd: (_, unhandled) => void errors.push(...unhandled.map((e) => e.message)),
        },
      ],
      provide: { hostPid: process.pid },
      ...options.config,
    },
    { server: { middlewareMode: true, watch: null } },
  );
  const done: ProbeRun[] = [];
  try {
    const files = await vitest.globTestSpecifications();
    for (let run = 0; run < (options.runs ?? 1); run++) {
      await vitest.runTestSpecifications(files, true);
      done.push({
        tests: tests.splice(0).map((test) => ({
          name: test.fullName,
          state: test.result().state,
          errors: (test.result().errors ?? []).map((e) => e.stack ?? e.message),
          meta: test.meta(),
        })),
        errors: errors.splice(0),
        endings: endings.splice(0),
      });
    }
  } finally {
    await vitest.close();
    for (const server of servers) await server.close();
    rmSync(scratch, { recursive: true });
  }
  return done;
}

/** Messages name the pool by its kind: ours must look like Vitest's own. */
function asForks(request: WorkerRequest): WorkerRequest {
  if (request.type !== 'start') return request;
  const config = { ...request.context.config, pool: 'forks' as const };
  return { ...request, context: { ...request.context, config, pool: 'forks' } };
}

class OrdinaryWorker extends ForksPoolWorker {
  override readonly name: string = 'probe';
  readonly #endings: string[];

  constructor(asked: PoolOptions, endings: string[]) {
    super(asked);
    this.#endings = endings;
  }

  override async start(): Promise<void> {
    await super.start();
    this.on('exit', (...ending: unknown[]) => void this.#endings.push(ending.join(' ')));
  }

  override send(request: WorkerRequest): void {
    super.send(asForks(request));
  }
}

/** Starts its template with the first worker's own start message. */
class TemplateWorker implements PoolWorker {
  readonly name = 'probe';
  readonly cacheFs = true;
  readonly #asked: PoolOptions;
  readonly #scratch: string;
  readonly #servers: ForkServer[];
  readonly #endings: string[];
  readonly #events = new EventEmitter();
  #worker: ForkedWorker | null = null;

  constructor(asked: PoolOptions, scratch: string, servers: ForkServer[], endings: string[]) {
    this.#asked = asked;
    this.#scratch = scratch;
    this.#servers = servers;
    this.#endings = endings;
  }

  on(event: string, callback: (...args: never[]) => void): void {
    this.#events.on(event, callback as (...args: unknown[]) => void);
  }

  off(event: string, callback: (...args: never[]) => void): void {
    this.#events.off(event, callback as (...args: unknown[]) => void);
  }

  deserialize(data: unknown): unknown {
    return data;
  }

  async start(): Promise<void> {}

  send(request: WorkerRequest): void {
    if (request.type === 'start') {
      this.#fork(asForks(request)).catch((error: unknown) => this.#events.emit('error', error));
    } else {
      this.#worker?.send(asForks(request));
    }
  }

  async #fork(start: WorkerRequest): Promise<void> {
    const server = this.#servers[0] ?? (await this.#template(start));
    const worker = await server.fork({ poolId: 1, workerId: 1, env: {} });
    this.#worker = worker;
    worker.on('message', (message) => this.#events.emit('message', message));
    worker.on('exit', (code, signal) => {
      this.#endings.push([code, signal].join(' '));
      this.#events.emit('exit', code, signal);
    });
    worker.send(start);
  }

  async #template(start: WorkerRequest): Promise<ForkServer> {
    const server = await startForkServer({
      distPath,
      major: 4,
      env: this.#asked.env as NodeJS.ProcessEnv,
      execArgv: this.#asked.execArgv,
      start,
      answers: [],
      externals: [],
      flightPath: join(this.#scratch, 'flight'),
      socketDir: this.#scratch,
    });
    this.#servers.push(server);
    return server;
  }

  async stop(): Promise<void> {
    await this.#worker?.stop(500);
  }
}
