import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { packageRoot } from './addon.js';
import type { ChildOrder, TemplateOrder, TemplateReport } from './protocol.js';
import { killedLimitMs, waitAtMost } from './waitAtMost.js';

/** How long a template may take to get ready: it imports Vitest, the environment and packages. */
const startLimitMs = 60_000;

/** How long it may take to end its children and itself. */
const closeLimitMs = 5_000;

/** One compiler thread and no idle-time collections: copies share memory for longer. */
const templateFlags = ['--v8-pool-size=1', '--no-memory-reducer'];

/** How much of what a failing template printed goes into its error. */
const stderrKept = 4_000;

export interface TemplateSpawn {
  readonly env: NodeJS.ProcessEnv;
  readonly execArgv: readonly string[];
  readonly onOutput: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
  readonly onReport: (report: TemplateReport) => void;
  /** The process is gone, and everything it reported was delivered. */
  readonly onGone: () => void;
}

/** The process that is forked: started, given its order, then only asked to fork. */
export class TemplateProcess {
  readonly #process: ChildProcess;
  readonly #control: Duplex;
  readonly #onReport: (report: TemplateReport) => void;
  readonly gone: Promise<void>;
  #stderr = '';
  #trying: string | null = null;
  #onStart: ((report: TemplateReport) => void) | null = null;

  constructor(spawn: TemplateSpawn) {
    this.#onReport = spawn.onReport;
    this.#process = fork(join(packageRoot(), 'dist/harness/forkserver/template.js'), [], {
      env: spawn.env,
      execArgv: [...templateFlags, ...spawn.execArgv],
      // As Vitest starts its own, and the control socket behind.
      stdio: ['pipe', 'pipe', 'pipe', 'ipc', 'pipe'],
      serialization: 'advanced',
    });
    // Opened as a pipe above, which is a socket both ways.
    this.#control = this.#process.stdio[4] as Duplex;
    this.#process.on('error', () => undefined); // 'close' follows
    this.#process.stdout?.on('data', (chunk: Buffer) => spawn.onOutput(chunk, 'stdout'));
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-stderrKept);
      spawn.onOutput(chunk, 'stderr');
    });
    this.#readReports();
    // Not 'close': a process that a test left behind may hold the output open.
    const exited = new Promise<void>((resolve) => {
      this.#process.once('exit', () => resolve());
      this.#process.once('error', () => resolve());
    });
    const drained = new Promise<void>((resolve) => this.#control.once('close', () => resolve()));
    this.gone = Promise.all([exited, drained]).then(() => spawn.onGone());
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  #readReports(): void {
    let held = '';
    this.#control.setEncoding('utf8');
    this.#control.on('error', () => undefined);
    this.#control.on('data', (text: string) => {
      const lines = (held + text).split('\n');
      held = lines.pop() ?? '';
      for (const line of lines) this.#take(JSON.parse(line) as TemplateReport);
    });
  }

  #take(report: TemplateReport): void {
    if (report.type === 'trying') this.#trying = report.path;
    else if (this.#onStart) this.#onStart(report);
    else this.#onReport(report);
  }

  /**
   * Gives the template its order.
   *
   * @returns what it became: ready to fork, or through with its trial
   * @throws whatever the template failed with, or when it takes too long or dies
   */
  async start(order: TemplateOrder): Promise<TemplateReport> {
    const report = await new Promise<TemplateReport>((resolve, reject) => {
      const limit = setTimeout(() => {
        this.kill();
        reject(this.#failure(`not ready after ${startLimitMs} ms`));
      }, startLimitMs);
      this.#onStart = (first) => {
        clearTimeout(limit);
        resolve(first);
      };
      void this.gone.then(() => {
        clearTimeout(limit);
        reject(this.#failure('ended while getting ready'));
      });
      this.#process.send(order, (error) => {
        if (error) this.kill();
      });
    });
    this.#onStart = null;
    if (report.type !== 'failed') return report;
    this.kill();
    await waitAtMost(killedLimitMs, this.gone);
    const error = new Error(report.error.message);
    error.name = report.error.name;
    error.stack = report.error.stack;
    throw error;
  }

  #failure(what: string): Error {
    const said = this.#stderr.trim();
    return new Error(`fork server: the template ${what}${said === '' ? '' : `; it said: ${said}`}`);
  }

  /** The package that a trial was at when it last said so. */
  get trying(): string | null {
    return this.#trying;
  }

  requestFork(id: number, order: ChildOrder): void {
    this.#control.write(`${id} ${JSON.stringify(order)}\n`);
  }

  /** Hangs up: the template ends its children, then itself. */
  async close(): Promise<void> {
    this.#control.end();
    if (await waitAtMost(closeLimitMs, this.gone)) return;
    this.kill();
    await waitAtMost(killedLimitMs, this.gone);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
