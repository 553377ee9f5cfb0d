import type { Dirent } from 'node:fs';
import { codedError } from './codedError.js';

/**
 * An opened directory, as `fs.Dir`. Its entries are those that stood there when it was opened.
 */
export class Dir {
  readonly path: string;
  private readonly entries: Dirent[];
  private at = 0;
  private isClosed = false;

  constructor(path: string, entries: Dirent[]) {
    this.path = path;
    this.entries = entries;
  }

  read(): Promise<Dirent | null>;
  read(callback: (error: Error | null, entry?: Dirent | null) => void): void;
  read(callback?: (error: Error | null, entry?: Dirent | null) => void): unknown {
    if (callback === undefined) return new Promise((resolve) => resolve(this.readSync()));
    const entry = this.readSync();
    process.nextTick(callback, null, entry);
    return undefined;
  }

  /** @throws ERR_DIR_CLOSED after close */
  readSync(): Dirent | null {
    this.checkOpen();
    return this.entries[this.at++] ?? null;
  }

  close(): Promise<void>;
  close(callback: (error: Error | null) => void): void;
  close(callback?: (error: Error | null) => void): unknown {
    if (callback === undefined) return new Promise<void>((resolve) => resolve(this.closeSync()));
    try {
      this.closeSync();
      process.nextTick(callback, null);
    } catch (error) {
      process.nextTick(callback, error as Error);
    }
    return undefined;
  }

  /** @throws ERR_DIR_CLOSED when closed already */
  closeSync(): void {
    this.checkOpen();
    this.isClosed = true;
  }

  async *entriesOnce(): AsyncGenerator<Dirent> {
    try {
      for (let entry = await this.read(); entry !== null; entry = await this.read()) yield entry;
    } finally {
      this.closeSync();
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<Dirent> {
    return this.entriesOnce();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isClosed) this.closeSync();
  }

  [Symbol.dispose](): void {
    if (!this.isClosed) this.closeSync();
  }

  private checkOpen(): void {
    if (this.isClosed) throw codedError('ERR_DIR_CLOSED', 'Directory handle was closed');
  }
}
