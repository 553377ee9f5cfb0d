import * as nodeFiles from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

export interface WalOptions {
  readonly files?: Pick<typeof nodeFiles, 'open' | 'readFile' | 'truncate'>;
  /** When appended records are safe from a crash. */
  readonly sync?: 'everyAppend' | 'onClose';
}

/** A write-ahead log: one record a line, behind its checksum. */
export class Wal {
  /** What was there when it was opened. */
  readonly recovered: readonly string[];
  readonly #handle: nodeFiles.FileHandle;
  readonly #sync: NonNullable<WalOptions['sync']>;

  private constructor(
    recovered: readonly string[],
    handle: nodeFiles.FileHandle,
    sync: NonNullable<WalOptions['sync']>,
  ) {
    this.recovered = recovered;
    this.#handle = handle;
    this.#sync = sync;
  }

  /** Opens the log of a folder, without the unfinished record that a crash may have left. */
  static async open(
    folder: string,
    { files = nodeFiles, sync = 'everyAppend' }: WalOptions = {},
  ): Promise<Wal> {
    const path = join(folder, '000001.wal');
    const handle = await files.open(path, 'a');
    try {
      const { records, length } = whole(await files.readFile(path));
      await files.truncate(path, length);
      await handle.sync();
      await syncFolder(files, folder);
      return new Wal(records, handle, sync);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async append(record: string): Promise<void> {
    await this.#handle.appendFile(line(record));
    if (this.#sync === 'everyAppend') await this.#handle.sync();
  }

  async close(): Promise<void> {
    await this.#handle.sync();
    await this.#handle.close();
  }
}

function line(record: string): string {
  const text = JSON.stringify(record);
  return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
}

/** The records up to the first that isn't whole, and how many bytes they take. */
function whole(bytes: Buffer): { records: string[]; length: number } {
  const records: string[] = [];
  let length = 0;
  for (let end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', length)) {
    const text = bytes.toString('utf8', length + 9, end);
    const sum = Number.parseInt(bytes.toString('latin1', length, length + 8), 16);
    if (crc32(text) !== sum) break;
    records.push(JSON.parse(text));
    length = end + 1;
  }
  return { records, length };
}

/** Keeps the name of a new file. */
async function syncFolder(files: Pick<typeof nodeFiles, 'open'>, path: string): Promise<void> {
  const folder = await files.open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
