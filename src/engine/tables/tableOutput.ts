import type { OpenFile } from '../../ports/files.js';
import type { Bytes } from '../../units.js';
import type { Pace } from '../seam.js';
import { checksumInSlices } from './checksum.js';
import { unwritableTable } from './tableErrors.js';
import type { TablePlatform } from './tableFile.js';

/** How much is gathered before it is written. */
const bufferBytes = 256 * 1024;

/** After so many bytes they are made durable, so that the log's own syncs never wait for a heap. */
const syncBytes = 16 * 1024 * 1024;

/**
 * A table file in the making: bytes are put one after the other into a temporary file, which takes
 * its name when all of them are durable.
 */
export class TableOutput {
  /** The next bytes may be encoded here, from `used` on, after `room` was asked for them. */
  readonly buffer: Buffer = Buffer.allocUnsafeSlow(bufferBytes);
  used = 0;
  readonly #platform: TablePlatform;
  readonly #dir: string;
  readonly #path: string;
  readonly #pace: Pace;
  readonly #file: OpenFile;
  #flushed: Bytes = 0;
  #synced: Bytes = 0;

  private constructor(
    file: OpenFile,
    how: { platform: TablePlatform; dir: string; path: string; pace: Pace },
  ) {
    this.#file = file;
    this.#platform = how.platform;
    this.#dir = how.dir;
    this.#path = how.path;
    this.#pace = how.pace;
  }

  /**
   * Begins a file, lets `fill` put its bytes, and makes it durable under its name; when `fill` ends
   * with `undefined`, there shall be none. On any failure nothing is left behind, as far as the disk
   * lets us.
   *
   * @throws FlakehoundError `CHECKPOINT_WRITE`; whatever `fill` throws
   */
  static async write<T>(
    how: { platform: TablePlatform; dir: string; name: string; pace: Pace },
    fill: (out: TableOutput) => Promise<T>,
  ): Promise<T> {
    const { files } = how.platform;
    const path = files.join(how.dir, how.name);
    const temporary = `${path}.tmp`;
    const file = await openFresh(how.platform, temporary).catch((error: unknown) => {
      throw unwritableTable(path, 0, error);
    });
    const out = new TableOutput(file, { ...how, path });
    const discard = async () => {
      await file.close().catch(() => {});
      await files.unlink(temporary).catch(() => {});
    };
    try {
      const result = await fill(out);
      if (result === undefined) await discard();
      else await out.#finish(temporary);
      return result;
    } catch (error) {
      await discard();
      throw error;
    }
  }

  /** Where the next byte goes. */
  get at(): Bytes {
    return this.#flushed + this.used;
  }

  /** Makes sure that `count` bytes, at most 128 KiB, fit into the buffer. */
  room(count: Bytes): Promise<void> | undefined {
    return this.used + count <= bufferBytes ? undefined : this.flush();
  }

  /** Puts bytes of any length. */
  async put(bytes: Uint8Array): Promise<void> {
    if (bytes.length > bufferBytes / 2) {
      await this.flush();
      await this.#write(bytes);
      return;
    }
    await this.room(bytes.length);
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** The checksum of bytes of any length after `seed`; lets the event loop breathe. */
  checksum(bytes: Uint8Array, seed = 0): Promise<number> {
    const range = { from: 0, to: bytes.length, seed };
    return checksumInSlices(this.#platform.crc32, bytes, range, this.#pace);
  }

  /** Writes what was gathered. */
  async flush(): Promise<void> {
    const { used } = this;
    if (used === 0) return;
    await this.#write(this.buffer.subarray(0, used));
    this.used = 0;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const start = this.#flushed;
    let done = 0;
    try {
      while (done < bytes.length) {
        const count = await this.#file.write(bytes, done, bytes.length - done, start + done);
        if (count <= 0) throw noSpace(this.#path);
        done += count;
      }
      if (start + done - this.#synced >= syncBytes) {
        await this.#file.dataSync();
        this.#synced = start + done;
      }
    } catch (error) {
      throw unwritableTable(this.#path, start + done, error);
    }
    this.#flushed = start + done;
  }

  async #finish(temporary: string): Promise<void> {
    await this.flush();
    const { files } = this.#platform;
    try {
      await this.#file.sync();
      await this.#file.close();
      await files.rename(temporary, this.#path);
      await files.syncFolder(this.#dir);
    } catch (error) {
      throw unwritableTable(this.#path, this.#flushed, error);
    }
  }
}

async function openFresh(platform: TablePlatform, path: string): Promise<OpenFile> {
  const { files } = platform;
  try {
    return await files.open(path, 'create');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Left by an owner that died while it wrote: nothing names it.
    await files.unlink(path);
    return files.open(path, 'create');
  }
}

/** A file that takes no more bytes without saying why: the disk is full. */
function noSpace(path: string): Error {
  return Object.assign(new Error(`ENOSPC: no bytes were taken, write '${path}'`), {
    code: 'ENOSPC',
  });
}
