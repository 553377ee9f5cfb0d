import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Answers, isRpcCall, type RpcCall } from './answers.js';

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

/** Kept from tests that replace them. */
const processExit = process.exit.bind(process);
const processSend = process.send?.bind(process);
const processOn = process.on.bind(process);
const processOff = process.off.bind(process);
const processEmit = process.emit.bind(process);
const processRemoveAllListeners = process.removeAllListeners.bind(process);
const later = queueMicrotask;

/**
 * The worker runtime of the user's own Vitest 4 or 5. In the template it talks to us; in a forked
 * child to the host, over the process' message channel, as Vitest's own forks worker does: with the
 * same listeners on the process and the same guard of `process.exit`.
 */
export class ForksRuntime {
  readonly #module: WorkerModule;
  readonly #major: 4 | 5;
  readonly #answers: Answers;
  readonly #inTemplate = new Set<Listener>();
  #runtimeListener: Listener | null = null;
  #onPost: Listener = () => undefined;
  #serving = false;
  #teardown: Teardown | null = null;

  static async load(distPath: string, major: 4 | 5, answers: Answers): Promise<ForksRuntime> {
    const path = pathToFileURL(join(distPath, 'worker.js')).href;
    return new ForksRuntime((await import(path)) as WorkerModule, major, answers);
  }

  constructor(module: WorkerModule, major: 4 | 5, answers: Answers) {
    this.#module = module;
    this.#major = major;
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

  /** From here on as an ordinary worker: to be called last before forking. */
  serve(): void {
    this.#serving = true;
    this.#inTemplate.clear();
    processOn('error', onError);
    if (this.#major === 5) processOn('disconnect', onDisconnect);
    if (this.#runtimeListener) processOn('message', this.#runtimeListener);
  }

  #post(message: unknown): void {
    if (!this.#serving) {
      this.#onPost(message);
      return;
    }
    if (isRpcCall(message) && message.i !== undefined) {
      const known = this.#answers.find(message);
      if (known !== undefined) {
        const reply = { t: 's', i: message.i, r: known };
        later(() => processEmit('message', reply, undefined));
        return;
      }
    }
    processSend?.(message);
  }

  #on(listener: Listener): void {
    // The runtime's own comes first and stays; the others belong to one start.
    this.#runtimeListener ??= listener;
    if (this.#serving) processOn('message', listener);
    else this.#inTemplate.add(listener);
  }

  #off(listener: Listener): void {
    this.#inTemplate.delete(listener);
    processOff('message', listener);
  }

  #forget(): void {
    processRemoveAllListeners('message');
    processOff('error', onError);
    if (this.#major === 5) {
      processOff('disconnect', onDisconnect);
      process.exit = processExit;
    }
  }

  async #execute(method: 'run' | 'collect', state: unknown, traces: unknown): Promise<void> {
    try {
      await this.#module.runBaseTests(method, state, traces);
    } finally {
      // Vitest guards process.exit once per process, from its first run on: a run in the template
      // must leave the guard to the child's first run.
      if (this.#serving && this.#major === 4) process.exit = processExit;
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

const isResponse = (message: unknown): message is ResponseMessage =>
  typeof message === 'object' &&
  message !== null &&
  '__vitest_worker_response__' in message &&
  'type' in message;

function onError(error: unknown): void {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ERR_IPC_CHANNEL_CLOSED' || code === 'EPIPE') processExit(1);
}

function onDisconnect(): void {
  processExit(1);
}
