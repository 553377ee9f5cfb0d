import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobStore } from '../../../src/jobs/jobStore.js';
import { nodeFiles } from '../../../src/node/nodeFiles.js';
import { openStore } from '../../../src/openStore.js';
import type { Files, OpenFile } from '../../../src/ports/files.js';
import type { StoreOptions } from '../../../src/store/options.js';

/** Fails at once, so that nobody waits for a second try. */
export const hasty: StoreOptions = { retry: { attempts: 1 }, ownerTimeoutMs: 50 };

/** Files by name, without those in folders. */
export type Folder = ReadonlyMap<string, Buffer>;

/** Reads a folder of small files. */
export async function readFolder(path: string): Promise<Folder> {
  const all = new Map<string, Buffer>();
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isFile()) all.set(entry.name, await readFile(join(path, entry.name)));
  }
  return all;
}

/** Makes a folder of them. */
export async function writeFolder(path: string, files: Folder): Promise<string> {
  await mkdir(path, { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(path, name), bytes);
  return path;
}

/** A store on real files with two checkpoints, a log behind them, logs and all statuses. */
export async function fillReal(dir: string): Promise<JobStore> {
  const store = await openStore(dir, { ...hasty, log: { segmentBytes: 16 * 1024 } });
  for (let number = 1; number <= 12; number++) {
    const id = `job-${number}`;
    await store.create({ id, type: 'probe', data: { number } });
    await store.appendLog(id, { message: `made ${id}` });
    if (number % 2 === 0) await store.transition(id, 'active');
    if (number % 4 === 0) await store.transition(id, 'completed', { result: number });
    if (number === 4 || number === 8) await store.checkpoint();
  }
  return store;
}

/** All that a store shows. */
export async function shownBy(store: JobStore) {
  const jobs = await store.list();
  const logs = await Promise.all(jobs.map(({ id }) => store.logs(id)));
  return { jobs, logs };
}

/** The folder as a power cut would leave it: copied while its owner works. */
export async function snapshot(from: string, to: string): Promise<string> {
  // The owner's socket is no file.
  await cp(from, to, { recursive: true, filter: (path) => !path.endsWith('.sock') });
  return to;
}

/** A disk that may be full. */
export interface FillingDisk {
  readonly files: Files;
  /** `growing`: files may be written to, and grow no more; `all`: no write is taken. */
  full: 'no' | 'growing' | 'all';
}

/** This machine's files, whose writes fail once the disk is said to be full. */
export function fillingDisk(): FillingDisk {
  const real = nodeFiles();
  const over = async (file: OpenFile): Promise<OpenFile> => {
    let size = await file.size();
    const check = (end: number): void => {
      if (disk.full === 'no') size = Math.max(size, end);
      if (disk.full !== 'all' && end <= size) return;
      const error = new Error(`ENOSPC: no space left on device, write '${file.path}'`);
      throw Object.assign(error, { code: 'ENOSPC', errno: -28, syscall: 'write' });
    };
    return {
      path: file.path,
      read: (...read) => file.read(...read),
      readNow: (...read) => file.readNow(...read),
      async write(from, offset, length, at) {
        check(at + length);
        return file.write(from, offset, length, at);
      },
      writeNow(from, offset, length, at) {
        check(at + length);
        return file.writeNow(from, offset, length, at);
      },
      dataSync: () => file.dataSync(),
      dataSyncNow: () => file.dataSyncNow(),
      sync: () => file.sync(),
      truncate: (length) => file.truncate(length),
      size: () => file.size(),
      close: () => file.close(),
    };
  };
  const disk: FillingDisk = {
    full: 'no',
    files: { ...real, open: async (path, mode) => over(await real.open(path, mode)) },
  };
  return disk;
}

/** An error with all that caused it. */
export function causes(error: unknown): unknown[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}
