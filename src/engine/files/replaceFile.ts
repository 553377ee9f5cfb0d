import type { Files, OpenFile } from '../../ports/files.js';
import type { Random } from '../../ports/random.js';
import { writeFully } from './writeFully.js';

/** What replacing a file takes from the world. */
export interface ReplaceWorld {
  readonly files: Files;
  readonly random: Random;
}

/** Where a file goes, and what goes into it. */
export interface Replacement {
  /** The folder must be there. */
  readonly folder: string;
  readonly name: string;
  /** Writes the new bytes. */
  fill(file: OpenFile): Promise<void>;
  /** Judges what was written, by throwing, before it replaces anything. */
  verify?(path: string): Promise<void>;
}

/**
 * Replaces a file so that a reader, or a crash at any point, sees the old bytes or the new ones and
 * never a mixture: temporary sibling, full write, sync, rename, sync of the folder. When it resolves
 * the new bytes are durable.
 *
 * @throws whatever failed. The old file is then untouched, unless it was the folder's sync that
 *   failed: then the new one is in its place, and nobody can tell which a power cut will leave
 */
export async function replaceFile(
  { files, random }: ReplaceWorld,
  { folder, name, fill, verify }: Replacement,
): Promise<void> {
  const temporary = files.join(folder, temporaryName(name, random));
  const file = await files.open(temporary, 'create');
  try {
    try {
      await fill(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await verify?.(temporary);
    await files.rename(temporary, files.join(folder, name));
  } catch (error) {
    // A leftover is taken away at the next open.
    await files.unlink(temporary).catch(() => undefined);
    throw error;
  }
  await files.syncFolder(folder);
}

/** The same for bytes that are in memory. */
export function replaceWithBytes(
  world: ReplaceWorld,
  at: { readonly folder: string; readonly name: string },
  bytes: Uint8Array,
): Promise<void> {
  return replaceFile(world, { ...at, fill: (file) => writeFully(file, bytes, 0) });
}

/** Whether a name is that of a file on its way to replace another. */
export function isTemporaryName(name: string): boolean {
  return name.endsWith('.tmp');
}

/** Drawn, so that a writer who died, or lives in another process, never shares it. */
function temporaryName(name: string, random: Random): string {
  const drawn = Buffer.from(random.bytes(6)).toString('hex');
  return `${name}.${drawn}.tmp`;
}
