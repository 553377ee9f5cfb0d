import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
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
  type RecordedAnswer,
  type RejectedExternal,
  startForkServer,
} from '../../../harness/forkserver/forkServer.js';

const require = createRequire(import.meta.url);
const distPath = join(dirname(require.resolve('vitest/package.json')), 'dist');
const folder = fileURLToPath(new URL('./canary/', import.meta.url));

/** What an ordinary run showed of the suite, for a template to know. */
export interface Lesson {
  readonly answers: RecordedAnswer[];
  readonly externals: string[];
}

export interface ProbeRun {
  readonly tests: readonly { name: string; state: string; errors: string[]; meta: object }[];
  /** Of files and of no file. */
  readonly errors: readonly string[];
  readonly endings: readonly string[];
  readonly rejected: readonly RejectedExternal[];
  readonly lesson: Lesson;
}

export interface ProbeOptions {
  /** A file of the root, or a glob. */
  readonly probe: string;
  /** The canary folder unless given. */
  readonly root?: string;
  readonly lesson?: Lesson;
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
  const taught: Lesson = { answers: [], externals: [] };
  const lesson = options.lesson ?? { answers: [], externals: [] };
  const createPoolWorker = (asked: PoolOptions): PoolWorker =>
    options.way === 'ordinary'
      ? new OrdinaryWorker(asked, endings, taught)
      : new TemplateWorker(asked, { scratch, servers, endings, lesson });
  const vitest = await createVitest(
    'test',
    {
      root: options.root ?? folder,
      config: false,
      include: [options.probe],
      watch: false,
      api: false,
      maxWorkers: 1,
      // Vitest's own 5 s are short where many programs share the machine.
      testTimeout: 60_000,
      hookTimeout: 60_000,
      pool: { name: 'probe', createPoolWorker },
      reporters: [
        {
          onTestCaseResult: (test) => void tests.push(test),
          onTestModuleEnd: (module) => void errors.push(...module.errors().map(wordsOf)),
          onTestRunEnd: (_, unhandled) => void errors.push(...unhandled.map(wordsOf)),
        },
      ],
      provide: { hostPid: process.pid },
      ...options.config,
    },
    { server: { middlewareMode: true, watch: null } },
    { stdout: silent(), stderr: silent() },
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
        rejected: servers[0]?.rejectedExternals ?? [],
        lesson: taught,
      });
    }
  } finally {
    await vitest.close();
    for (const server of servers) await server.close();
    rmSync(scratch, { recursive: true });
  }
  return done;
}

const wordsOf = (error: { readonly message: string; readonly cause?: unknown }): string => {
  const { message } = (error.cause ?? {}) as { message?: string };
  return message === undefined ? error.message : `${error.message} ${message}`;
};

const silent = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Messages name the pool by its kind: ours must look like Vitest's own. */
function asForks(request: WorkerRequest): WorkerRequest {
  if (request.type !== 'start') return request;
  const config = { ...request.context.config, pool: 'forks' as const };
  return { ...request, context: { ...request.context, config, pool: 'forks' } };
}

interface Call {
  readonly t?: string;
  readonly i?: string;
  readonly m?: string;
  readonly a?: readonly unknown[];
  readonly r?: unknown;
}

const lasting = new Set(['fetch', 'resolve', 'resolveSnapshotPath']);

class OrdinaryWorker extends ForksPoolWorker {
  override readonly name: string = 'probe';
  readonly #endings: string[];
  readonly #taught: Lesson;
  readonly #asked = new Map<string, Call>();

  constructor(asked: PoolOptions, endings: string[], taught: Lesson) {
    super(asked);
    this.#endings = endings;
    this.#taught = taught;
  }

  override async start(): Promise<void> {
    await super.start();
    this.on('exit', (...ending: unknown[]) => void this.#endings.push(ending.join(' ')));
    this.on('message', (message: Call) => {
      if (message.t === 'q' && message.i && lasting.has(message.m ?? '')) {
        this.#asked.set(message.i, message);
      }
    });
  }

  override send(request: WorkerRequest): void {
    this.#learn(request as Call);
    super.send(asForks(request));
  }

  #learn({ t, i, r }: Call): void {
    const asked = t === 's' ? this.#asked.get(i ?? '') : undefined;
    if (!asked) return;
    const { cached, tmp, ...rest } = r as { cached?: boolean; tmp?: string };
    // Vitest removes such files when it closes, before the lesson is made use of.
    const result = cached && tmp ? { code: readFileSync(tmp, 'utf8'), ...rest } : r;
    this.#taught.answers.push({ method: asked.m ?? '', args: asked.a ?? [], result });
    const { externalize, type } = r as { externalize?: string; type?: string };
    if (externalize && type !== 'builtin') this.#taught.externals.push(externalize);
  }
}

interface TemplateSetting {
  readonly scratch: string;
  readonly servers: ForkServer[];
  readonly endings: string[];
  readonly lesson: Lesson;
}

/** Starts its template with the first worker's own start message. */
class TemplateWorker implements PoolWorker {
  readonly name = 'probe';
  readonly cacheFs = true;
  readonly #asked: PoolOptions;
  readonly #setting: TemplateSetting;
  readonly #events = new EventEmitter();
  #worker: ForkedWorker | null = null;

  constructor(asked: PoolOptions, setting: TemplateSetting) {
    this.#asked = asked;
    this.#setting = setting;
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
      this.#fork(asForks(request)).catch((error: unknown) => {
        const response = { __vitest_worker_response__: true, type: 'started', error };
        this.#events.emit('message', response);
      });
    } else {
      this.#worker?.send(asForks(request));
    }
  }

  async #fork(start: WorkerRequest): Promise<void> {
    const server = this.#setting.servers[0] ?? (await this.#template(start));
    const worker = await server.fork({ poolId: 1, workerId: 1, env: {} });
    this.#worker = worker;
    worker.on('message', (message) => this.#events.emit('message', message));
    worker.on('exit', (code, signal) => {
      this.#setting.endings.push([code, signal].join(' '));
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
      ...this.#setting.lesson,
      flightPath: join(this.#setting.scratch, 'flight'),
      socketDir: this.#setting.scratch,
    });
    this.#setting.servers.push(server);
    return server;
  }

  async stop(): Promise<void> {
    await this.#worker?.stop(500);
  }
}
