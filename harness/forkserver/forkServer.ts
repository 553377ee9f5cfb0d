import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { acceptedExternals } from './acceptedExternals.js';
import { loadAddon } from './addon.js';
import { Children } from './children.js';
import type { ForkedWorker } from './forkedWorker.js';
import { ordinaryArgv } from './ordinaryArgv.js';
import type {
  ChildOrder,
  RecordedAnswer,
  RejectedExternal,
  TemplateOrder,
  TemplateReport,
} from './protocol.js';
import { TemplateProcess } from './templateProcess.js';
import { unforkableFlag } from './unforkableFlag.js';
import { WorkerSockets } from './workerSockets.js';

export type { ForkedWorker, ProcessorTime } from './forkedWorker.js';
export type { RecordedAnswer, RejectedExternal } from './protocol.js';

export interface TemplateOptions {
  /** Absolute: dist of the user's Vitest. */
  readonly distPath: string;
  readonly major: 3 | 4 | 5;
  /** What Vitest's own forks worker would get; likewise `execArgv`. */
  readonly env: NodeJS.ProcessEnv;
  readonly execArgv: readonly string[];
  /** 4 and 5: the 'start' message that an ordinary worker gets; 3: the base of its context. */
  readonly start: unknown;
  /** Calls that the child answers itself, without asking the host. */
  readonly answers: readonly RecordedAnswer[];
  /** Packages outside Vite's graph to import before forking: absolute paths or file URLs. */
  readonly externals: readonly string[];
  readonly flightPath: string;
  /** Where the Unix socket may live. */
  readonly socketDir: string;
  /** What the children print themselves, past Vitest; dropped when nobody asks. */
  readonly onOutput?: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
}

export interface ForkServer {
  /** @throws when the template is gone or the system has no room for a further process */
  fork(order: {
    poolId: number;
    workerId: number;
    env: Record<string, string>;
  }): Promise<ForkedWorker>;
  /** Those of the externals which are imported afresh by each child. */
  readonly rejectedExternals: readonly RejectedExternal[];
  readonly pid: number;
  /** Ends the children that are left, and the template. */
  close(): Promise<void>;
  kill(): void;
}

export type ForkServerSupport =
  | { readonly supported: true }
  | { readonly supported: false; readonly why: string };

/** Whether this platform and this Node can fork templates. */
export function forkServerSupport(): ForkServerSupport {
  const loaded = loadAddon();
  if (!loaded.addon) return { supported: false, why: loaded.why };
  const why = loaded.addon.whatIsMissing();
  return why === '' ? { supported: true } : { supported: false, why };
}

/**
 * Starts a template: a process that has loaded the user's Vitest and set up the environment, and
 * from then on does nothing but fork copies of itself.
 *
 * @throws why it can't be: no support, an option that a fork can't keep, the environment's own error
 */
export async function startForkServer(options: TemplateOptions): Promise<ForkServer> {
  const support = forkServerSupport();
  if (!support.supported) throw new Error(`fork server: ${support.why}`);
  const flag = unforkableFlag(options.execArgv, options.env, dirname(options.distPath));
  if (flag !== null) throw new Error(`fork server: ${flag} can't be kept in a forked worker`);
  const server = new Server(options);
  try {
    await server.start();
    return server;
  } catch (error) {
    server.kill();
    throw error;
  }
}

/** The longest path that fits a Unix socket's address. */
const longestSocketPath = 107;

class Server implements ForkServer {
  readonly rejectedExternals: RejectedExternal[] = [];
  readonly #options: TemplateOptions;
  readonly #children = new Children();
  readonly #sockets = new WorkerSockets((id, connection) =>
    this.#children.connected(id, connection),
  );
  #template: TemplateProcess | null = null;
  #ownFolder: string | null = null;
  #forks = 0;

  constructor(options: TemplateOptions) {
    this.#options = options;
  }

  get pid(): number {
    return this.#template?.pid ?? 0;
  }

  async start(): Promise<void> {
    const { accepted, rejected } = await acceptedExternals(this.#options.externals, (externals) =>
      this.#try(externals),
    );
    this.rejectedExternals.push(...rejected);
    const socketPath = this.#socketPath();
    await this.#sockets.listen(socketPath);
    this.#template = this.#spawn(
      (report) => this.#take(report),
      () => this.#lost(),
    );
    await this.#template.start(this.#order('serve', accepted, socketPath));
  }

  /** Imports them in a template that is not kept. */
  async #try(externals: readonly string[]): Promise<readonly RejectedExternal[]> {
    const template = this.#spawn();
    try {
      const report = await template.start(this.#order('trial', externals, ''));
      return report.type === 'tried' ? report.rejected : [];
    } catch (error) {
      if (template.trying === null) throw error;
      return [{ path: template.trying, why: 'ends the process that imports it' }];
    } finally {
      template.kill();
    }
  }

  #spawn(
    onReport: (report: TemplateReport) => void = () => undefined,
    onGone: () => void = () => undefined,
  ): TemplateProcess {
    const { env, execArgv, onOutput = () => undefined } = this.#options;
    return new TemplateProcess({ env, execArgv, onOutput, onReport, onGone });
  }

  #order(
    purpose: TemplateOrder['purpose'],
    externals: readonly string[],
    socketPath: string,
  ): TemplateOrder {
    const { distPath, major, execArgv, start, answers, flightPath } = this.#options;
    return {
      hostPid: process.pid,
      distPath,
      major,
      argv: ordinaryArgv(distPath, major),
      execArgv,
      start,
      answers,
      externals,
      purpose,
      flightPath,
      socketPath,
    };
  }

  #socketPath(): string {
    const name = `forkserver-${process.pid}-${serversMade++}.sock`;
    const wanted = join(this.#options.socketDir, name);
    if (Buffer.byteLength(wanted) <= longestSocketPath) return wanted;
    this.#ownFolder = mkdtempSync(join(tmpdir(), 'flakehound-'));
    return join(this.#ownFolder, 's');
  }

  async fork(order: ChildOrder): Promise<ForkedWorker> {
    if (!this.#template) throw new Error('fork server: the template is gone');
    const id = ++this.#forks;
    const child = this.#children.request(id);
    this.#template.requestFork(id, order);
    return child;
  }

  #take(report: TemplateReport): void {
    if (report.type === 'forked') {
      this.#children.forked(report.id, report.pid);
    } else if (report.type === 'refused') {
      this.#children.refused(report.id, `the system refused to fork: errno ${report.errno}`);
    } else if (report.type === 'exited') {
      const { status, userUs, systemUs } = report;
      this.#children.exited(report.pid, {
        status,
        userMs: userUs / 1e3,
        systemMs: systemUs / 1e3,
      });
    }
  }

  #lost(): void {
    this.#template = null;
    this.#children.lost();
    this.#sockets.close();
    if (this.#ownFolder) rmSync(this.#ownFolder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.#template?.close();
  }

  kill(): void {
    if (this.#template) this.#template.kill();
    else this.#sockets.close();
  }
}

/** Tells the sockets of one process' servers apart. */
let serversMade = 0;
