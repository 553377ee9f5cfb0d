import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { encodeFrame, FrameReader } from './channelFrames.js';
import { killedLimitMs, waitAtMost } from './waitAtMost.js';

export interface ProcessorTime {
  readonly userMs: number;
  readonly systemMs: number;
}

interface WorkerEvents {
  message: [message: unknown];
  exit: [code: number | null, signal: string | null, usage: ProcessorTime];
}

/**
 * A forked copy of the template: speaks what Vitest's own forks worker speaks. Whatever it sent
 * before its end arrives before 'exit'.
 */
export interface ForkedWorker {
  readonly pid: number;
  send(message: unknown): void;
  on<E extends keyof WorkerEvents>(event: E, listener: (...args: WorkerEvents[E]) => void): void;
  off<E extends keyof WorkerEvents>(event: E, listener: (...args: WorkerEvents[E]) => void): void;
  /**
   * SIGTERM, and SIGKILL for one that is still there after `graceMs`; resolves once it is gone, or
   * when even then nobody tells of its end.
   */
  stop(graceMs: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** How a process ended, as wait4(2) tells it. */
export interface Ending extends ProcessorTime {
  readonly status: number;
}

/** How long a dead worker's connection may stay open before it is cut: something else holds it. */
const connectionGraceMs = 2_000;

/** The host's side of one forked copy: its connection, and its end as the template tells it. */
export class ForkedProcess implements ForkedWorker {
  readonly pid: number;
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #events = new EventEmitter();
  #ending: Ending | null = null;
  #closed = false;
  #gone = false;

  /** @param rest - bytes that were read with the worker's first word */
  constructor(pid: number, socket: Socket, rest: Buffer) {
    this.pid = pid;
    this.#socket = socket;
    // First, while nobody listens: they come when the others would.
    if (rest.length > 0) socket.unshift(rest);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => undefined); // 'close' follows, and the exit tells what happened
    socket.on('close', () => {
      this.#closed = true;
      this.#finish();
    });
    socket.resume();
  }

  #receive(chunk: Buffer): void {
    for (const message of this.#reader.read(chunk)) this.#events.emit('message', message);
  }

  send(message: unknown): void {
    if (!this.#socket.destroyed && this.#socket.writable) this.#socket.write(encodeFrame(message));
  }

  on<E extends keyof WorkerEvents>(event: E, listener: (...args: WorkerEvents[E]) => void): void {
    // Emitted in this file alone, with what WorkerEvents promises.
    this.#events.on(event, listener as (...args: unknown[]) => void);
  }

  off<E extends keyof WorkerEvents>(event: E, listener: (...args: WorkerEvents[E]) => void): void {
    this.#events.off(event, listener as (...args: unknown[]) => void);
  }

  async stop(graceMs: number): Promise<void> {
    if (this.#gone) return;
    const gone = new Promise<void>((resolve) => this.#events.once('exit', () => resolve()));
    const force = setTimeout(() => this.kill('SIGKILL'), graceMs);
    this.kill('SIGTERM');
    await waitAtMost(graceMs + killedLimitMs, gone);
    clearTimeout(force);
  }

  kill(signal: NodeJS.Signals): void {
    // Waited for already: the number may be another process' by now.
    if (this.#ending) return;
    try {
      process.kill(this.pid, signal);
    } catch {
      // It ended in this moment; the report of it is on the way.
    }
  }

  /** The template has waited for this child. */
  ended(ending: Ending): void {
    if (this.#ending) return;
    this.#ending = ending;
    if (this.#closed) {
      this.#finish();
    } else {
      this.#socket.end();
      setTimeout(() => this.#socket.destroy(), connectionGraceMs).unref();
    }
  }

  #finish(): void {
    if (!this.#ending || this.#gone) return;
    this.#gone = true;
    const { status, userMs, systemMs } = this.#ending;
    const { code, signal } = readStatus(status);
    this.#events.emit('exit', code, signal, { userMs, systemMs });
  }
}

/** Of two names for one signal Node tells the first: SIGABRT, not SIGIOT. */
const signalNames = new Map<number, string>(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/** Exit code or signal out of a wait(2) status. */
export function readStatus(status: number): { code: number | null; signal: string | null } {
  const signal = status & 0x7f;
  if (signal === 0) return { code: (status >> 8) & 0xff, signal: null };
  return { code: null, signal: signalNames.get(signal) ?? `SIG${signal}` };
}
