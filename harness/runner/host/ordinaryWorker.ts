import type { ChildProcess } from 'node:child_process';
import type { Worker } from 'node:worker_threads';
import { killedLimitMs, waitAtMost } from '../../forkserver/waitAtMost.js';
import type { RawWorker } from './rawWorker.js';
import type { PoolWorker, WireMessage } from './vitestFace.js';

/** A thread's, the longest: a process has half a second. */
const graceMs = 5_000;

/** Where Vitest 4 and 5 keep the process or thread of their own workers. */
interface Insides {
  readonly _fork?: ChildProcess;
  readonly _thread?: Worker;
}

/** Vitest's own worker of this version: what `vitest run` would take. */
export class OrdinaryWorker implements RawWorker {
  readonly forked = false;
  readonly #worker: PoolWorker;
  #process: ChildProcess | undefined;
  #thread: Worker | undefined;

  constructor(worker: PoolWorker) {
    this.#worker = worker;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async start(): Promise<void> {
    await this.#worker.start();
    const insides = this.#worker as Insides;
    this.#process = insides._fork;
    this.#thread = insides._thread;
  }

  send(message: WireMessage): void {
    // A dead process refuses messages; its exit is on the way and tells what happened.
    if (this.#process && !this.#process.connected) return;
    this.#worker.send(message);
  }

  onMessage(listener: (message: WireMessage) => void): void {
    this.#worker.on('message', (data: unknown) => {
      listener(this.#worker.deserialize(data) as WireMessage);
    });
  }

  onExit(listener: (code: number | null, signal: string | null, error?: Error) => void): void {
    let last: Error | undefined;
    this.#worker.on('exit', (code: number | null, signal: string | null) => {
      listener(code, signal ?? null, last);
    });
    // Without a listener an 'error' would bring the host down; the exit follows it.
    this.#worker.on('error', (error: Error) => {
      last = error;
    });
  }

  async stop(): Promise<void> {
    // Vitest kills one that does not go, and waits for its end without a limit.
    await waitAtMost(graceMs + killedLimitMs, this.#worker.stop());
  }

  kill(): void {
    this.#process?.kill('SIGKILL');
    void this.#thread?.terminate();
  }
}
