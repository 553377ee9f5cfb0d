import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ChildOrder, TemplateOrder } from '../protocol.js';
import { type Answers, isRpcCall, type RpcCall } from './answers.js';
import { precompile } from './precompile.js';
import { isRequest, postToHost, processFace } from './processFace.js';
import type { Runtime } from './runtime.js';
import { canStartAhead, type StartMessage, WarmUp } from './warmUp.js';

/** What Vitest 4 and 5 ask of whoever hosts their worker runtime. */
interface WorkerGlue {
  post(message: unknown): void;
  on(listener: Listener): void;
  off(listener: Listener): void;
  teardown(): void;
  runTests(state: unknown, traces: unknown): Promise<void>;
  collectTests(state: unknown, traces: unknown): Promise<void>;
  setup(context: unknown): Promise<Teardown>;
}

interface WorkerModule {
  init(glue: WorkerGlue): void;
  runBaseTests(method: 'run' | 'collect', state: unknown, traces: unknown): Promise<void>;
  setupEnvironment(context: unknown): Promise<Teardown>;
}

type Listener = (message: unknown) => void;
type Teardown = () => Promise<void>;

/**
 * The worker runtime of the user's own Vitest 4 or 5. In the template it talks to us; in a forked
 * child to the host, over the process' message channel, as Vitest's own forks worker does: with the
 * same listeners on the process and the same guard of `process.exit`.
 */
export class ForksRuntime implements Runtime {
  readonly #module: WorkerModule;
  readonly #major: 4 | 5;
  readonly #answers: Answers;
  readonly #inTemplate = new Set<Listener>();
  #runtimeListener: Listener | null = null;
  #onPost: Listener = () => undefined;
  #onStarted: ((response: ResponseMessage) => void) | null = null;
  #serving = false;
  #started = false;
  #start: StartMessage;
  #teardown: Teardown | null = null;

  static async load(order: TemplateOrder, answers: Answers): Promise<ForksRuntime> {
    const path = pathToFileURL(join(order.distPath, 'worker.js')).href;
    return new ForksRuntime((await import(path)) as WorkerModule, order, answers);
  }

  constructor(module: WorkerModule, order: TemplateOrder, answers: Answers) {
    this.#module = module;
    this.#major = order.major === 5 ? 5 : 4;
    // What the host was to send an ordinary worker of 4 and 5.
    this.#start = order.start as StartMessage;
    this.#answers = answers;
    module.init({
      post: (message) => this.#post(message),
      on: (listener) => this.#on(listener),
      off: (listener) => this.#off(listener),
      teardown: () => this.#forget(),
      runTests: (state, traces) => this.#execute('run', state, traces),
      collectTests: (state, traces) => this.#execute('collect', state, traces),
      setup: (context) => this.#setup(context),
    });
  }

  /** In the template: hands the runtime a message and waits for its response. */
  request(message: object, onCall: (call: RpcCall) => unknown): Promise<ResponseMessage> {
    return new Promise((resolve) => {
      this.#onPost = (posted) => {
        if (isRpcCall(posted)) {
          if (posted.i !== undefined) {
            const reply = { t: 's', i: posted.i, r: onCall(posted) };
            setImmediate(() => this.#deliver(reply));
          }
        } else if (isResponse(posted)) {
          resolve(posted);
        }
      };
      this.#deliver({ __vitest_worker_request__: true, ...message });
    });
  }

  #deliver(message: unknown): void {
    for (const listener of [...this.#inTemplate]) listener(message);
  }

  async prepare(): Promise<void> {
    if (!canStartAhead(this.#start)) return;
    const started = await this.request(this.#start, () => undefined);
    if (started.error !== undefined) throw started.error;
  }

  async warmUp(): Promise<void> {
    if (!canStartAhead(this.#start)) return;
    const { warmModules } = this.#answers;
    const warmUp = new WarmUp(this, this.#start, warmModules);
    // Without them Vitest 5 would ask while it compiles, and children keep that there are none.
    if (this.#major === 4 || warmModules !== null) await precompile(warmUp, this.#answers);
    await warmUp.run();
  }

  get sharesEnvironment(): boolean {
    return canStartAhead(this.#start);
  }

  serve(): void {
    this.#serving = true;
    this.#inTemplate.clear();
    processFace.on('error', onError);
    if (this.#major === 5) processFace.on('disconnect', onDisconnect);
    processFace.on('message', (message) => this.#receive(message));
  }

  adopt({ poolId, workerId }: ChildOrder): void {
    this.#start = { ...this.#start, poolId, workerId };
  }

  /** Where the host sends no 'start' of its own, the child does it by itself before its first run. */
  #receive(message: unknown): void {
    const runtime = this.#runtimeListener;
    if (this.#started || !isRequest(message)) {
      runtime?.(message);
      return;
    }
    this.#started = true;
    if (message.type === 'start') {
      runtime?.(message);
      return;
    }
    this.#onStarted = ({ error }) => {
      this.#onStarted = null;
      if (error === undefined) runtime?.(message);
      else processFace.send?.({ ...finished, error });
    };
    runtime?.(this.#start);
  }

  #post(message: unknown): void {
    if (!this.#serving) this.#onPost(message);
    else if (this.#onStarted && isResponse(message)) this.#onStarted(message);
    else postToHost(message, this.#answers);
  }

  #on(listener: Listener): void {
    // The runtime's own comes first and stays; the others belong to one start.
    this.#runtimeListener ??= listener;
    if (this.#serving) processFace.on('message', listener);
    else this.#inTemplate.add(listener);
  }

  #off(listener: Listener): void {
    this.#inTemplate.delete(listener);
    processFace.off('message', listener);
  }

  #forget(): void {
    processFace.removeAllListeners('message');
    processFace.off('error', onError);
    if (this.#major === 5) {
      processFace.off('disconnect', onDisconnect);
      process.exit = processFace.exit;
    }
  }

  async #execute(method: 'run' | 'collect', state: unknown, traces: unknown): Promise<void> {
    try {
      await this.#module.runBaseTests(method, state, traces);
    } finally {
      // Vitest guards process.exit once per process, from its first run on: a run in the template
      // must leave the guard to the child's first run.
      if (this.#serving && this.#major === 4) process.exit = processFace.exit;
    }
  }

  /** The environment is set up once, in the template; the child's start finds it done. */
  async #setup(context: unknown): Promise<Teardown> {
    const done = this.#teardown ?? (await this.#module.setupEnvironment(context));
    if (!this.#serving) this.#teardown = done;
    return done;
  }
}

export interface ResponseMessage {
  readonly type: string;
  readonly error?: unknown;
}

const finished = { __vitest_worker_response__: true, type: 'testfileFinished' } as const;

const isResponse = (message: unknown): message is ResponseMessage =>
  typeof message === 'object' &&
  message !== null &&
  '__vitest_worker_response__' in message &&
  'type' in message;

function onError(error: unknown): void {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ERR_IPC_CHANNEL_CLOSED' || code === 'EPIPE') processFace.exit(1);
}

function onDisconnect(): void {
  processFace.exit(1);
}
