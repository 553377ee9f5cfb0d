import { EventEmitter } from 'node:events';
import type { RawWorker } from './rawWorker.js';
import { Session, type SessionSink } from './session.js';
import type {
  PoolInitializer,
  PoolWorker,
  PoolWorkerOptions,
  Project,
  WireMessage,
} from './vitestFace.js';

/** A worker with a file in hand, as the run watches over it. */
export interface HuntedWorker {
  readonly session: Session | null;
  readonly pid: number | undefined;
  /** The watchdog's verdict. */
  stall(limitMs: number): void;
  /** The run was called off. */
  cancel(): void;
}

/** What the pool needs of the run under way. */
export interface RunScope extends SessionSink {
  readonly cancelled: boolean;
  opened(worker: HuntedWorker): void;
  gone(worker: HuntedWorker): void;
  /** Chooses who carries out this project's files now. */
  makeWorker(options: PoolWorkerOptions, nativePool: string): RawWorker;
  /** Sees calls that Vitest answers, with their answers: transforms, resolutions. */
  recordAnswer(project: Project, call: WireMessage, result: unknown): void;
}

/**
 * A pool for Vitest 4 and 5: Vitest schedules as ever, while each worker is wrapped so that we see
 * every report of a file, outlive the worker's death, and may put another kind of worker there.
 */
export function huntPool(
  nativePool: string,
  major: number,
  scope: () => RunScope,
): PoolInitializer {
  const name = `flakehound ${nativePool}`;
  return {
    name,
    createPoolWorker: (options) => {
      const oneByOne = major >= 5 && nativePool.startsWith('vm');
      return new HuntWorker({ name, nativePool, oneByOne }, options, scope());
    },
  };
}

/** One worker as Vitest sees it, with ours inside: reports are taken on the way, deaths are covered up. */
export class HuntWorker implements PoolWorker, HuntedWorker {
  readonly name: string;
  readonly cacheFs: boolean;
  readonly reportMemory: boolean;
  readonly project: Project;
  readonly #nativePool: string;
  readonly #scope: RunScope;
  readonly #makeRaw: () => RawWorker;
  #raw: RawWorker;
  readonly #events = new EventEmitter();
  readonly #asked = new Map<string, WireMessage>();
  #start: WireMessage = {};
  #session: Session | null = null;
  #exited: { code: number | null; signal: string | null } | null = null;
  readonly #oneByOne: boolean;
  #requests: WireMessage[] = [];
  #started = false;
  #stopAsked = false;
  #cancelled = false;
  #onStarted: (() => void) | null = null;

  constructor(
    pool: { readonly name: string; readonly nativePool: string; readonly oneByOne: boolean },
    options: PoolWorkerOptions,
    scope: RunScope,
  ) {
    const { nativePool } = pool;
    this.name = pool.name;
    this.project = options.project;
    this.#nativePool = nativePool;
    this.#oneByOne = pool.oneByOne;
    this.#scope = scope;
    const isVm = nativePool.startsWith('vm');
    this.cacheFs = nativePool.toLowerCase().endsWith('forks');
    this.reportMemory = isVm;
    this.#makeRaw = () => scope.makeWorker(options, nativePool);
    this.#raw = this.#makeRaw();
    // Workers in a vm context serve any environment: Vitest asks this of its own ones.
    if (isVm) this.canReuse = () => true;
  }

  canReuse?: (task: unknown) => boolean;

  get pid(): number | undefined {
    return this.#raw.pid;
  }

  get forked(): boolean {
    return this.#raw.forked;
  }

  get session(): Session | null {
    return this.#session;
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

  start(): Promise<void> {
    return this.#begin();
  }

  async #begin(): Promise<void> {
    const raw = this.#raw;
    await raw.start();
    raw.onMessage((message) => this.#receive(message));
    raw.onExit((code, signal, error) => {
      if (raw === this.#raw) this.#exit(code, signal, error);
    });
    this.#scope.opened(this);
  }

  send(message: WireMessage): void {
    if (message.type === 'start') this.#sendStart(message);
    else if (message.type === 'run') this.#sendRun(this.#takeApart(message));
    else if (message.type === 'stop') this.#sendStop(message);
    else this.#sendAnswer(message);
  }

  #sendStop(message: WireMessage): void {
    this.#stopAsked = true;
    if (this.#exited || this.#cancelled) this.#say({ type: 'stopped' });
    else this.#raw.send(message);
  }

  /** birpc: an answer to a call of the worker's, or a call to it. */
  #sendAnswer(message: WireMessage): void {
    const call = message.i === undefined ? undefined : this.#asked.get(message.i);
    if (message.t === 's' && call) {
      this.#asked.delete(message.i as string);
      if (message.e === undefined) this.#scope.recordAnswer(this.project, call, message.r);
    }
    this.#raw.send(message);
  }

  #sendStart(message: WireMessage): void {
    const context = message.context ?? {};
    // Vitest's workers ask for their pool by name; ours must look like theirs.
    const config = { ...(context.config as object), pool: this.#nativePool };
    this.#start = { ...message, context: { ...context, config, pool: this.#nativePool } };
    if (this.#cancelled) this.#say({ type: 'started' });
    else this.#raw.send(this.#start);
  }

  /**
   * Vitest 5 gives its own VM workers one file at a time, whatever the number of workers, since a
   * request's files share a context; it does not know ours for such. 4 gives both all at once.
   */
  #takeApart(message: WireMessage): WireMessage {
    const files = (message.context?.files as { filepath: string }[]) ?? [];
    if (!this.#oneByOne || files.length === 1) return message;
    const requests = files.map((file) => ({
      ...message,
      context: { ...message.context, files: [file] },
    }));
    this.#requests = requests.slice(1);
    return requests[0] ?? message;
  }

  /** Files whose turn had not come when the worker died. */
  #giveBack(): void {
    for (const request of this.#requests.splice(0)) {
      const files = (request.context?.files ?? []) as { filepath: string }[];
      for (const { filepath } of files) this.#scope.lost(this.project, filepath);
    }
  }

  #sendRun(message: WireMessage): void {
    const context = message.context ?? {};
    const files = (context.files as { filepath: string }[]).map((f) => f.filepath);
    this.#session = new Session(this.#scope, {
      project: this.project,
      files,
      workerId: context.workerId as number,
      forked: this.#raw.forked,
    });
    if (this.#cancelled) {
      this.#session.close('cancelled');
      this.#say({ type: 'testfileFinished' });
      return;
    }
    // A template was started with the config of an earlier run: this one's order and seed go along.
    const config = this.#raw.forked ? { config: this.#start.context?.config } : {};
    const request = { ...message, context: { ...context, ...config } };
    if (this.#exited) this.#revive(request);
    else this.#raw.send(request);
  }

  /**
   * Without isolation Vitest keeps a worker for further files, and does not know that it died: a
   * fresh one takes its place.
   */
  #revive(request: WireMessage): void {
    this.#exited = null;
    this.#raw = this.#makeRaw();
    const session = this.#session;
    this.#begin()
      .then(() => {
        this.#onStarted = () => this.#raw.send(request);
        this.#raw.send(this.#start);
      })
      .catch((error: unknown) => {
        session?.failedToStart(error);
        this.#say({ type: 'testfileFinished' });
      });
  }

  #receive(message: WireMessage): void {
    if (message?.__vitest_worker_response__) {
      if (message.type === 'testfileFinished') {
        this.#session?.finished(message.error);
        const next = this.#requests.shift();
        if (next) {
          this.#session?.close();
          this.#sendRun(next);
          return;
        }
        this.#events.emit('message', { ...message, error: undefined });
        // A worker without isolation goes on with the next file: late errors can't be told apart.
        if (!this.project.config.isolate) this.#session?.close();
        return;
      }
      if (message.type === 'started') this.#started = true;
      if (message.type === 'started' && this.#onStarted) {
        const then = this.#onStarted;
        this.#onStarted = null;
        then();
        return;
      }
      if (message.type === 'stopped') {
        this.#stopAsked = false;
        this.#session?.close();
      }
      this.#events.emit('message', message);
      return;
    }
    const answer = this.#session?.take(message);
    if (answer !== undefined) {
      if (answer !== null) this.#raw.send(answer);
      return;
    }
    if (message?.t === 'q' && message.i !== undefined) this.#asked.set(message.i, message);
    this.#events.emit('message', message);
  }

  #exit(code: number | null, signal: string | null, error?: Error): void {
    this.#exited = { code, signal };
    const session = this.#session;
    if (session && !session.closed) {
      if (session.hasFinished) session.close();
      else {
        session.died(code, signal, error);
        this.#giveBack();
        this.#say({ type: 'testfileFinished' });
      }
    }
    // Vitest waits a minute for a worker to come up; one that died first never will.
    if (!this.#started && !this.#cancelled) {
      const words = `worker ended while it started: ${signal ?? `exit code ${code}`}`;
      this.#say({ type: 'started', error: new Error(words) });
    }
    if (this.#stopAsked) this.#say({ type: 'stopped' });
    this.#scope.gone(this);
  }

  /** Says in the dead worker's place what Vitest waits for: not before it listens for that. */
  #say(message: WireMessage): void {
    const whole = { ...message, __vitest_worker_response__: true };
    setImmediate(() => this.#events.emit('message', whole));
  }

  stall(limitMs: number): void {
    const session = this.#session;
    if (!session || session.closed) return;
    session.stalled(limitMs);
    this.#giveBack();
    this.#exited ??= { code: null, signal: 'SIGKILL' };
    this.#raw.kill();
    this.#say({ type: 'testfileFinished' });
  }

  cancel(): void {
    this.#cancelled = true;
    this.#requests = [];
    const session = this.#session;
    session?.close('cancelled');
    this.#raw.kill();
    if (!this.#started) this.#say({ type: 'started' });
    if (session) this.#say({ type: 'testfileFinished' });
    if (this.#stopAsked) this.#say({ type: 'stopped' });
  }

  async stop(): Promise<void> {
    if (!this.#exited) await this.#raw.stop();
    this.#session?.close();
    this.#scope.gone(this);
  }
}
