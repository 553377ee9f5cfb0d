import { FlakehoundError } from '../../errors.js';
import type { Platform } from '../../ports/platform.js';
import type { Manifest, ManifestKeeper } from '../seam.js';
import { encodeManifest, manifestName } from './manifest.js';
import { replaceWithBytes } from './replaceFile.js';

/** What a keeper works with. */
export interface KeeperSetting {
  readonly platform: Pick<Platform, 'files' | 'random' | 'crc32'>;
  readonly dir: string;
  /** What is on disk; for a new store what shall be, once the first change is made. */
  readonly current: Manifest;
  /** Throws when this process no longer owns the store. */
  readonly fence: () => void;
}

type Edit = Parameters<ManifestKeeper['change']>[0];

interface Waiting {
  readonly edit: Edit;
  readonly resolve: (manifest: Manifest) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Keeps a store's manifest: what is asked for while one is being written goes into the next, all of
 * it together. After a failure the file is the old one or the new one; the next change replaces it
 * whatever it is, with a serial that neither has.
 */
export function createManifestKeeper({
  platform,
  dir,
  current,
  fence,
}: KeeperSetting): ManifestKeeper {
  let kept = current;
  let lastSerial = current.serial;
  let waiting: Waiting[] = [];
  let isWriting = false;

  const writeNext = async (): Promise<void> => {
    const taken = waiting;
    waiting = [];
    lastSerial++;
    const { manifest, made } = applied(kept, lastSerial, taken);
    if (made.length === 0) return;
    try {
      fence();
      const bytes = encodeManifest(manifest, platform.crc32);
      await replaceWithBytes(platform, { folder: dir, name: manifestName(manifest.epoch) }, bytes);
      kept = manifest;
    } catch (error) {
      const failure = failureOf(error, dir);
      for (const { reject } of made) reject(failure);
      return;
    }
    for (const { resolve } of made) resolve(manifest);
  };
  const writeAll = async (): Promise<void> => {
    isWriting = true;
    // What is asked for in the same turn goes into one file.
    await undefined;
    while (waiting.length > 0) await writeNext();
    isWriting = false;
  };

  return {
    get current() {
      return kept;
    },
    change: (edit) =>
      new Promise((resolve, reject) => {
        waiting.push({ edit, resolve, reject });
        if (!isWriting) void writeAll();
      }),
  };
}

/** All edits on top of each other; one that throws is rejected and leaves no trace. */
function applied(
  from: Manifest,
  serial: number,
  edits: readonly Waiting[],
): { manifest: Manifest; made: readonly Waiting[] } {
  let manifest = from;
  const made: Waiting[] = [];
  for (const waiting of edits) {
    try {
      manifest = { ...waiting.edit(manifest), serial };
      made.push(waiting);
    } catch (error) {
      waiting.reject(error);
    }
  }
  return { manifest, made };
}

function failureOf(error: unknown, dir: string): FlakehoundError {
  if (error instanceof FlakehoundError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new FlakehoundError('STORE_MANIFEST', `the manifest in ${dir} can’t be replaced: ${why}`, {
    hint: 'make room on the disk and look at the permissions of the directory, then open the store again',
    cause: error,
  });
}
