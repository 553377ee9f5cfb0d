import { isoTime } from '../../jobs/isoTime.js';
import type { Clock } from '../../ports/clock.js';
import type { Bytes } from '../../units.js';
import { makeFolders } from './makeFolders.js';
import { readFully } from './readWhole.js';
import { type ReplaceWorld, replaceFile } from './replaceFile.js';
import { writeFully } from './writeFully.js';

/** On disk: the folder in a store where copies of bytes are that were cut off or refused. */
export const keptFolder = 'kept';

/** Bytes in one of a store's files. */
export interface Piece {
  readonly name: string;
  readonly from: Bytes;
  readonly to: Bytes;
}

/** What became of bytes that were to be kept. */
export type Kept =
  | { readonly kind: 'kept'; readonly path: string; readonly bytes: Bytes }
  /** There are none, or nothing but zeros. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'failed'; readonly why: string };

/** Where bytes are kept, and how many at most. */
export interface KeepSetting extends ReplaceWorld {
  readonly clock: Clock;
  readonly dir: string;
  /** Of all copies together; the oldest give way. */
  readonly limit: Bytes;
}

const chunk: Bytes = 64 * 1024;

/**
 * Copies bytes of one of the store's files aside, before they are cut off or the file is refused,
 * into `kept/<file>-<offset>-<time>`. Zeros at their end are left out: a segment is full of them
 * before it is written. Never throws: what can't be kept, on a full disk say, must not keep the
 * store from opening.
 */
export async function keepBytes(setting: KeepSetting, piece: Piece): Promise<Kept> {
  try {
    return await copyAside(setting, piece);
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

async function copyAside(setting: KeepSetting, { name, from, to }: Piece): Promise<Kept> {
  const { files, clock, dir, limit } = setting;
  const source = await files.open(files.join(dir, name), 'read');
  try {
    const end = Math.min(await endOfContent(source, from, to), from + limit);
    if (end <= from) return { kind: 'empty' };
    const folder = files.join(dir, keptFolder);
    await makeFolders(files, folder);
    await makeRoom(setting, folder, end - from);
    const time = isoTime(clock.now()).replace(/\W/g, '');
    const copy = `${name}-${from}-${time}`;
    await replaceFile(setting, {
      folder,
      name: copy,
      async fill(file) {
        for (let at = from; at < end; ) {
          const bytes = new Uint8Array(Math.min(chunk, end - at));
          const count = await readFully(source, bytes, at);
          if (count === 0) break;
          await writeFully(file, bytes.subarray(0, count), at - from);
          at += count;
        }
      },
    });
    return { kind: 'kept', path: files.join(folder, copy), bytes: end - from };
  } finally {
    await source.close();
  }
}

/** Where the last byte that isn't zero ends. */
async function endOfContent(
  file: Parameters<typeof readFully>[0],
  from: Bytes,
  to: Bytes,
): Promise<Bytes> {
  const bytes = new Uint8Array(chunk);
  let end = from;
  for (let at = from; at < to; ) {
    const count = await readFully(file, bytes.subarray(0, Math.min(chunk, to - at)), at);
    if (count === 0) break;
    for (let last = count - 1; last >= 0; last--) {
      if (bytes[last] === 0) continue;
      end = at + last + 1;
      break;
    }
    at += count;
  }
  return end;
}

async function makeRoom(
  { files, limit }: KeepSetting,
  folder: string,
  needed: Bytes,
): Promise<void> {
  const copies: { path: string; size: Bytes; modifiedAt: number }[] = [];
  for (const name of await files.list(folder)) {
    const path = files.join(folder, name);
    const facts = await files.facts(path);
    if (facts?.kind === 'file') copies.push({ path, ...facts });
  }
  copies.sort((a, b) => b.modifiedAt - a.modifiedAt);
  let total = copies.reduce((sum, { size }) => sum + size, 0);
  while (total + needed > limit) {
    const oldest = copies.pop();
    if (oldest === undefined) break;
    await files.unlink(oldest.path);
    total -= oldest.size;
  }
}
