import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hear, type Life, newLife } from './deeds.js';

/** A process that writes. */
export class Writer {
  readonly life: Life;
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  #heard = '';
  #listeners: (() => void)[] = [];

  constructor(script: string, args: readonly [dir: string, name: string, ...rest: string[]]) {
    this.life = newLife(args[1]);
    this.#child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#gone = once(this.#child, 'close').then(() => this.#tell());
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.life.failure ??= text;
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends at once, as by the kernel; resolves when everything that it said is heard. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone;
  }

  /** Resolves when it has the store open, or never will. */
  async opened(): Promise<void> {
    await this.until(() => this.life.role !== undefined);
  }

  /** Resolves when it has told so, or is gone. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds() && this.life.failure === undefined && this.#child.exitCode === null) {
      if (this.#child.signalCode !== null) return;
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
