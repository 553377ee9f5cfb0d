import { spawn } from 'node:child_process';
import { hear, type Life, newLife } from './deeds.js';
import type { Writing } from './writing.js';

/** Where what a process says goes. */
export interface Ears {
  /** Some of it, cut anywhere. */
  text(chunk: string): void;
  /** What no writer may do. */
  failed(why: string): void;
}

/** A process that writes, seen from outside. */
export interface Body {
  /** Undefined as long as it isn't known. */
  readonly pid: number | undefined;
  /** Ends it at once, as by the kernel. */
  kill(): void;
  /** Resolves when it has ended, and everything that it said was heard. */
  readonly gone: Promise<void>;
}

/** Makes one. */
export type StartWriter = (writing: Writing, ears: Ears) => Body;

/** Starts a node of its own for each writer. */
export function spawnWriters(script: string): StartWriter {
  return ({ dir, name, seed, most }, ears) => {
    const args = [script, dir, name, String(seed), String(most)];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdout.setEncoding('utf8').on('data', (text: string) => ears.text(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => ears.failed(text));
    return {
      pid: child.pid,
      kill: () => void child.kill('SIGKILL'),
      gone: new Promise((resolve) => void child.once('close', () => resolve())),
    };
  };
}

/** A process that writes, and what it told. */
export class Writer {
  readonly life: Life;
  readonly #body: Body;
  #isGone = false;
  #heard = '';
  #listeners: (() => void)[] = [];

  constructor(start: StartWriter, writing: Writing) {
    this.life = newLife(writing.name);
    this.#body = start(writing, {
      text: (chunk) => this.#hear(chunk),
      failed: (why) => {
        this.life.failure ??= why;
      },
    });
    void this.#body.gone.then(() => {
      this.#isGone = true;
      this.#tell();
    });
  }

  get pid(): number | undefined {
    return this.#body.pid;
  }

  /** Ends at once, as by the kernel; resolves when everything that it said is heard. */
  async kill(): Promise<void> {
    this.#body.kill();
    await this.#body.gone;
  }

  /** Resolves when it has the store open, or never will. */
  async opened(): Promise<void> {
    await this.until(() => this.life.role !== undefined);
  }

  /** Resolves when it has told so, or is gone. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds() && this.life.failure === undefined && !this.#isGone) {
      await new Promise<void>((resolve) => void this.#listeners.push(resolve));
    }
  }

  #hear(text: string): void {
    const lines = (this.#heard + text).split('\n');
    this.#heard = lines.pop() ?? '';
    for (const line of lines) hear(this.life, line);
    this.#tell();
  }

  #tell(): void {
    for (const resolve of this.#listeners.splice(0)) resolve();
  }
}
