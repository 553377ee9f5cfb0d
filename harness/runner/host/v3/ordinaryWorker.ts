import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import { Worker } from 'node:worker_threads';
import { killedLimitMs, waitAtMost } from '../../../forkserver/waitAtMost.js';
import type { RawWorker } from '../rawWorker.js';
import type { WireMessage } from '../vitestFace.js';

export interface WorkerSetting {
  readonly distPath: string;
  readonly pool: string;
  readonly env: Record<string, string>;
  readonly execArgv: readonly string[];
  /** What the worker shows as VITEST_POOL_ID. */
  readonly poolId: number;
  onStderr(chunk: string): void;
}

const entry = fileURLToPath(new URL('./worker.js', import.meta.url));
const graceMs = 500;

/** A worker of Vitest 3.2: a process or a thread as the pool's name says. */
export function ordinaryWorker3(o: WorkerSetting): RawWorker {
  return o.pool.toLowerCase().endsWith('forks') ? new ForkedProcess(o) : new Thread(o);
}

const settingsOf = (o: WorkerSetting) => ({
  workerJs: pathToFileURL(join(o.distPath, 'worker.js')).href,
  // Vitest 3.2 starts its workers by tinypool's entry, and tests may look at it.
  argv1: tinypoolEntry(o.distPath),
  poolId: o.poolId,
});

function tinypoolEntry(distPath: string): string {
  try {
    const index = createRequire(join(distPath, 'index.js')).resolve('tinypool');
    return join(dirname(index), 'entry', 'process.js');
  } catch {
    return join(distPath, 'worker.js');
  }
}

class ForkedProcess implements RawWorker {
  readonly forked = false;
  readonly #setting: WorkerSetting;
  #child: ChildProcess | null = null;

  constructor(setting: WorkerSetting) {
    this.#setting = setting;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    const { env, execArgv, onStderr } = this.#setting;
    const child = fork(entry, [JSON.stringify(settingsOf(this.#setting))], {
      env,
      execArgv: [...execArgv],
      serialization: 'advanced',
      stdio: 'pipe',
    });
    this.#child = child;
    child.stdout?.resume();
    child.stderr?.on('data', (chunk: Buffer) => onStderr(chunk.toString('utf8')));
    // Without a process there is no 'exit' either.
    await once(child, 'spawn');
    child.on('error', () => undefined);
  }

  send(message: WireMessage): void {
    if (!this.#child?.connected) return;
    // Vitest 3.2 takes the answers to its calls serialised, and ours by tinypool's mark.
    const wire = message.t
      ? v8.serialize(message)
      : { ...message, __tinypool_worker_message__: true };
    this.#child.send(wire, () => undefined);
  }

  onMessage(listener: (message: WireMessage) => void): void {
    this.#child?.on('message', (data: unknown) => {
      if (data instanceof Uint8Array) listener(v8.deserialize(Buffer.from(data)) as WireMessage);
      else if ((data as WireMessage)?.__vitest_worker_response__) listener(data as WireMessage);
    });
  }

  onExit(listener: (code: number | null, signal: string | null) => void): void {
    this.#child?.on('exit', listener);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await waitAtMost(graceMs + killedLimitMs, gone);
    clearTimeout(timer);
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }
}

class Thread implements RawWorker {
  readonly forked = false;
  readonly pid = undefined;
  readonly #setting: WorkerSetting;
  #worker: Worker | null = null;
  #error: Error | undefined;

  constructor(setting: WorkerSetting) {
    this.#setting = setting;
  }

  async start(): Promise<void> {
    const { env, execArgv, onStderr } = this.#setting;
    this.#worker = new Worker(entry, {
      env,
      execArgv: [...execArgv],
      workerData: settingsOf(this.#setting),
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.on('data', (chunk: Buffer) => onStderr(chunk.toString('utf8')));
    this.#worker.on('error', (error: Error) => {
      this.#error = error;
    });
  }

  send(message: WireMessage): void {
    this.#worker?.postMessage(message);
  }

  onMessage(listener: (message: WireMessage) => void): void {
    this.#worker?.on('message', listener);
  }

  onExit(listener: (code: number | null, signal: string | null, error?: Error) => void): void {
    this.#worker?.on('exit', (code) => listener(code, null, this.#error));
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate();
  }

  kill(): void {
    void this.#worker?.terminate();
  }
}
