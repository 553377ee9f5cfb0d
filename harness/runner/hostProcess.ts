import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, FlakehoundError } from '../../src/index.js';
import type { Outcome, TestIdentity } from '../events.js';
import { loadAddon } from '../forkserver/addon.js';
import type { RunPlan, Selection, SuiteOptions, TestFile } from './executor.js';
import { flightEvidence } from './flightEvidence.js';
import { endLeftovers, findDescendants, findLeftovers } from './host/leftovers.js';
import { exitWords } from './host/session.js';
import { aliveMs, type FromHost, type HostError, type ToHost } from './hostProtocol.js';

/** How the host went, and what its workers had written down before. */
export interface HostExit {
  /** Such as "killed by SIGKILL". */
  readonly words: string;
  evidence(file: TestFile): {
    /** Tests that were running. */
    readonly culprits: readonly TestIdentity[];
    /** Tests that had ended and were not reported any more. */
    readonly ended: readonly { readonly test: TestIdentity; readonly outcome: Outcome }[];
  };
}

type RunMessage = Extract<FromHost, { type: 'events' | 'fileStarted' }>;

const entry = fileURLToPath(new URL('./host/main.js', import.meta.url));
const tailLimit = 8_192;
const closeLimitMs = 15_000;
/** A set-up may keep its process busy for minutes, without a turn of the event loop. */
const silencesAllowed = Math.ceil((10 * 60_000) / aliveMs);

/**
 * The process that hosts the user's Vitest, from our side. In a process group of its own, so that
 * Ctrl-C in a terminal reaches the hunt alone, and so that the group can be ended as one.
 */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #root: string;
  #scratch = '';
  #stderrTail = '';
  #exit: HostExit | null = null;
  /** Looks without a word from the host in between. */
  #silences = 0;
  readonly #looks: NodeJS.Timeout;
  #listener: (message: FromHost | null) => void = () => undefined;

  constructor(root: string) {
    this.#root = root;
    loadAddon().addon?.becomeSubreaper();
    // By these the host knows what its own workers left behind; within a test of someone else's,
    // it would take everything for that, Vite's own service first.
    const { VITEST_POOL_ID, VITEST_WORKER_ID, ...env } = process.env;
    this.#child = fork(entry, [], {
      cwd: root,
      env,
      detached: process.platform !== 'win32',
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    // A suite's plugins may print without end: read on, keep the tail as evidence.
    this.#child.stdout?.resume();
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderrTail = (this.#stderrTail + chunk.toString('utf8')).slice(-tailLimit);
    });
    this.#child.on('message', (message: FromHost) => {
      this.#silences = 0;
      this.#listener(message);
    });
    this.#looks = setInterval(() => this.#lookForSilence(), aliveMs).unref();
    this.#child.on('error', () => undefined);
    this.#child.on('exit', (code, signal) => this.#gone(code, signal));
  }

  /** A host that is blocked can't be told anything, nor end by itself. */
  #lookForSilence(): void {
    this.#silences += 1;
    if (this.#silences > silencesAllowed) this.kill();
  }

  #gone(code: number | null, signal: NodeJS.Signals | null): void {
    clearInterval(this.#looks);
    const exit = exitWords(code, signal, this.#stderrTail)
      .replace(/^worker /, '')
      .replace(/ in the middle of its file$/, '');
    const words =
      this.#silences > silencesAllowed
        ? `${exit} after ${silencesAllowed * aliveMs} ms without a sign of life`
        : exit;
    // Workers of a host that was killed have nobody left who would end them, and the processes
    // that tests left behind come to us.
    this.#endGroup();
    endLeftovers(findLeftovers(process.pid, new Set()));
    const [root, flight] = [this.#root, join(this.#scratch, 'flight.jsonl')];
    this.#exit = { words, evidence: (file) => flightEvidence(flight, root, file) };
    this.#listener(null);
  }

  get exited(): HostExit | null {
    return this.#exit;
  }

  #say(message: ToHost): void {
    if (this.#exit === null && this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** @throws FlakehoundError as the host names it, or `ENV_CONFIG` when the config ends the process */
  open(options: SuiteOptions, scratch: string): Promise<Selection> {
    this.#scratch = scratch;
    return new Promise((resolve, reject) => {
      this.#listener = (message) => {
        if (message === null) reject(this.#lostWhileOpening(options));
        else if (message.type === 'opened') resolve(message.selection);
        else if (message.type === 'failed') reject(toError(message.error));
      };
      this.#say({ type: 'open', options, scratch });
    });
  }

  #lostWhileOpening(options: SuiteOptions): FlakehoundError {
    const tail = tellingLines(this.#stderrTail);
    const which = options.config ?? 'the Vitest config';
    return new FlakehoundError(
      'ENV_CONFIG',
      `loading ${which} in ${options.root} ended the process (${this.#exit?.words})${tail ? `:\n${tail}` : ''}`,
      { hint: 'check it by hand: npx vitest list' },
    );
  }

  /** Everything that the host says of one run; ends with its `runFinished`, or with the host. */
  async *run(plan: RunPlan, signal: AbortSignal): AsyncGenerator<RunMessage> {
    const queue: (FromHost | null)[] = this.#exit === null ? [] : [null];
    let wake: () => void = () => undefined;
    this.#listener = (message) => {
      queue.push(message);
      wake();
    };
    const abort = () => this.#say({ type: 'abort' });
    signal.addEventListener('abort', abort, { once: true });
    try {
      this.#say({ type: 'run', plan });
      if (signal.aborted) abort();
      for (;;) {
        const message = queue.shift();
        if (message === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        if (message === null) return;
        if (message.type === 'failed') throw toError(message.error);
        if (message.type !== 'events' && message.type !== 'fileStarted') continue;
        yield message;
        if (message.type === 'events' && message.events.some((e) => e.type === 'runFinished'))
          return;
      }
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Ends the host with all that it started; by force if it takes too long. */
  async close(): Promise<void> {
    if (this.#exit !== null) return;
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    const timer = setTimeout(() => this.kill(), closeLimitMs);
    this.#say({ type: 'close' });
    await gone;
    clearTimeout(timer);
  }

  /** At once, with every process below it. */
  kill(): void {
    const { pid } = this.#child;
    if (this.#exit !== null || pid === undefined) return;
    const below = findDescendants(pid);
    this.#endGroup();
    this.#child.kill('SIGKILL');
    endLeftovers(below);
  }

  /** The host leads a group of its own: what it started is in there, unless it left on purpose. */
  #endGroup(): void {
    const { pid } = this.#child;
    if (pid === undefined || process.platform === 'win32') return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nobody is left in it.
    }
  }
}

/** The lines of an output that say what went wrong: from its first error on. */
function tellingLines(output: string): string {
  const lines = output.trim().split('\n');
  const first = lines.findIndex((line) => /error/i.test(line));
  return lines
    .slice(first === -1 ? -3 : first)
    .slice(0, 3)
    .join('\n');
}

function toError(error: HostError): Error {
  if (error.code !== null) {
    return new FlakehoundError(error.code as ErrorCode, error.message, { hint: error.hint });
  }
  return Object.assign(new Error(error.message), { stack: error.stack });
}
