import type { OpenFile } from '../../ports/files.js';
import type { Crc32, Platform } from '../../ports/platform.js';
import type { Bytes } from '../../units.js';
import { corruptTable, unreadableTable } from './tableErrors.js';

/** What reading and writing tables asks of the world. */
export type TablePlatform = Pick<Platform, 'files' | 'crc32'>;

/** A table file that is open to be read: every read is whole, or a typed error. */
export class TableFile {
  readonly path: string;
  readonly crc32: Crc32;
  readonly #file: OpenFile;
  #users = 0;
  #idle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  private constructor(file: OpenFile, crc32: Crc32) {
    this.#file = file;
    this.path = file.path;
    this.crc32 = crc32;
  }

  /** @throws FlakehoundError `CHECKPOINT_READ`; `CHECKPOINT_CORRUPT` when it isn't `bytes` long */
  static async open(platform: TablePlatform, path: string, bytes: Bytes): Promise<TableFile> {
    let file: OpenFile | undefined;
    try {
      file = await platform.files.open(path, 'read');
      const size = await file.size();
      if (size !== bytes) {
        throw corruptTable(path, Math.min(size, bytes), `it has ${size} bytes instead of ${bytes}`);
      }
      return new TableFile(file, platform.crc32);
    } catch (error) {
      await file?.close().catch(() => {});
      throw errorOfRead(path, 0, error);
    }
  }

  /** Reads `length` bytes at `at` into `into`, from its start. */
  fillNow(into: Buffer, length: Bytes, at: Bytes): void {
    let done = 0;
    try {
      while (done < length) {
        done += this.#some(this.#file.readNow(into, done, length - done, at + done), at + done);
      }
    } catch (error) {
      throw errorOfRead(this.path, at + done, error);
    }
  }

  /** As `fillNow`, without holding the event loop. */
  async fill(into: Buffer, length: Bytes, at: Bytes): Promise<void> {
    let done = 0;
    try {
      while (done < length) {
        done += this.#some(await this.#file.read(into, done, length - done, at + done), at + done);
      }
    } catch (error) {
      throw errorOfRead(this.path, at + done, error);
    }
  }

  /** The `length` bytes at `at`, in memory of their own. */
  bytesNow(at: Bytes, length: Bytes): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    this.fillNow(bytes, length, at);
    return bytes;
  }

  /** As `bytesNow`, without holding the event loop. */
  async bytes(at: Bytes, length: Bytes): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    await this.fill(bytes, length, at);
    return bytes;
  }

  corrupt(at: Bytes, why: string): Error {
    return corruptTable(this.path, at, why);
  }

  /**
   * Keeps the file open while `work` reads: a descriptor that is closed under a read may be another
   * file's before the read happens.
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#begin();
    try {
      return await work();
    } finally {
      this.#end();
    }
  }

  /** As `during`, for a stream. */
  async *whileEach<T>(stream: AsyncGenerator<T>): AsyncGenerator<T> {
    this.#begin();
    try {
      yield* stream;
    } finally {
      this.#end();
    }
  }

  /** Waits for those that read, and takes no others. Twice is harmless. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#users > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    await this.#file.close();
  }

  #begin(): void {
    if (this.#closing) throw unreadableTable(this.path, 0, new Error('it was closed'));
    this.#users++;
  }

  #end(): void {
    if (--this.#users === 0) this.#idle?.();
  }

  #some(count: Bytes, at: Bytes): Bytes {
    if (count <= 0) throw corruptTable(this.path, at, 'the file ends here');
    return count;
  }
}

function errorOfRead(path: string, at: Bytes, error: unknown): unknown {
  const isErrno = error instanceof Error && 'code' in error && !('hint' in error);
  return isErrno ? unreadableTable(path, at, error) : error;
}
