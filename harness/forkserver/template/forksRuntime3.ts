import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ChildOrder, TemplateOrder } from '../protocol.js';
import type { Answers } from './answers.js';
import { forksWorker3 } from './forksWorker3.js';
import { plainError } from './messenger.js';
import { isRequest, postToHost, processFace } from './processFace.js';
import type { Runtime } from './runtime.js';

interface WorkerModule3 {
  run(context: Readonly<Record<string, unknown>>): Promise<void>;
  teardown?(): Promise<void>;
}

/** Base of the context that Vitest 3 hands its workers with each file. */
interface Context3 {
  readonly config?: unknown;
  readonly environment?: { readonly name?: string };
}

/** Parts of Vitest 3 that a worker loads with its first file. */
const lateFiles = ['index.js', 'runners.js', 'spy.js', 'snapshot.js'];
const lateChunks = /^(?:runBaseTests|console|setup-common|vi|node|base|execute)\..*\.js$/;

/** Environments whose package takes long to import, by their name and the package's. */
const environmentPackages = new Set(['jsdom', 'happy-dom']);

/**
 * The worker runtime of the user's own Vitest 3.2. It has no phase of its own for the start, sets
 * the environment up with each file, and ties its parts to the first run's state: so the template
 * imports everything and runs nothing. Speaks the lifecycle messages of Vitest 4 with the host.
 */
export class ForksRuntime3 implements Runtime {
  readonly #module: WorkerModule3;
  readonly #distPath: string;
  readonly #context: Context3;
  readonly #answers: Answers;
  #running: Promise<void> = Promise.resolve();

  static async load(order: TemplateOrder, answers: Answers): Promise<ForksRuntime3> {
    // As tinypool, which starts Vitest 3's workers, leaves it for them to read.
    Object.assign(process, {
      __tinypool_state__: {
        isChildProcess: true,
        isTinypoolWorker: true,
        workerData: null,
        workerId: 1,
      },
    });
    const path = pathToFileURL(join(order.distPath, 'worker.js')).href;
    return new ForksRuntime3((await import(path)) as WorkerModule3, order, answers);
  }

  constructor(module: WorkerModule3, order: TemplateOrder, answers: Answers) {
    this.#module = module;
    this.#distPath = order.distPath;
    const start = order.start as { readonly context?: Context3 } & Context3;
    this.#context = start.context ?? start;
    this.#answers = answers;
  }

  async prepare(): Promise<void> {
    const distPath = this.#distPath;
    const name = this.#context.environment?.name ?? 'node';
    const chunks = readdirSync(join(distPath, 'chunks')).filter((each) => lateChunks.test(each));
    forksWorker3.standInForState({ config: this.#context.config ?? {}, environment: { name } });
    const files = [...lateFiles, ...chunks.map((chunk) => join('chunks', chunk))];
    for (const file of files) {
      await import(pathToFileURL(join(distPath, file)).href);
    }
    await forksWorker3.load(distPath);
    forksWorker3.endStandIn();
    if (environmentPackages.has(name)) await importFrom(distPath, name);
  }

  /** Vitest 3 sets the environment up with each file: only in node there is nothing to miss. */
  get sharesEnvironment(): boolean {
    return (this.#context.environment?.name ?? 'node') === 'node';
  }

  /** A run would tie Vitest's parts to it. */
  async warmUp(): Promise<void> {}

  serve(): void {
    forksWorker3.post = (message) => postToHost(message, this.#answers);
    processFace.on('message', (message) => this.#receive(message));
  }

  adopt({ poolId }: ChildOrder): void {
    forksWorker3.poolId = poolId;
    // As Vitest 3 names its worker processes, at import.
    process.title = `node (vitest ${poolId})`;
    const state = (process as { __tinypool_state__?: { workerId: number } }).__tinypool_state__;
    if (state) state.workerId = poolId;
  }

  #receive(message: unknown): void {
    if (!isRequest(message)) return;
    if (message.type === 'start') say({ type: 'started' });
    else if (message.type === 'run') this.#running = this.#run(message.context ?? {});
    else if (message.type === 'stop') void this.#stop();
  }

  async #run(context: Readonly<Record<string, unknown>>): Promise<void> {
    try {
      await this.#module.run({ ...context, worker: forksWorker3Url });
      say({ type: 'testfileFinished' });
    } catch (error) {
      say({ type: 'testfileFinished', error: plainError(error) });
    }
  }

  async #stop(): Promise<void> {
    await this.#running;
    try {
      await this.#module.teardown?.();
      say({ type: 'stopped' });
    } catch (error) {
      say({ type: 'stopped', error: plainError(error) });
    }
  }
}

const forksWorker3Url = new URL('./forksWorker3.js', import.meta.url).href;

function say(message: { readonly type: string; readonly error?: unknown }): void {
  processFace.send?.({ __vitest_worker_response__: true, ...message });
}

/** Imports a package as Vitest would, so that Vitest finds it loaded. */
async function importFrom(distPath: string, name: string): Promise<void> {
  const path = createRequire(join(distPath, 'worker.js')).resolve(name);
  await import(pathToFileURL(path).href);
}
