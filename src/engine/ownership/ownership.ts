import { FlakehoundError } from '../../errors.js';
import type { Files } from '../../ports/files.js';
import { replaceFile } from '../files/replaceFile.js';
import { writeFully } from '../files/writeFully.js';
import { encodeLock, type LockContent, lockName } from './lockFile.js';
import { type LockPlace, lockedEpochs } from './topLock.js';

/** The right to write to a store, as long as nobody took it over. */
export interface Ownership {
  readonly epoch: number;
  readonly lock: LockContent;
  /**
   * Makes sure that nobody took over before this call. Whoever acknowledges asks between the sync
   * and the acknowledgement.
   *
   * @throws FlakehoundError `STORE_FENCED`
   */
  fence(): void;
  /** Removes the locks of earlier owners, once. Only after the manifest that names this epoch is durable. */
  removeOlder(): Promise<void>;
  /**
   * Gives the store free. Twice is harmless; after a takeover it does nothing.
   *
   * @throws FlakehoundError `STORE_LOCK` when the lock can be neither replaced nor removed
   */
  release(): Promise<void>;
}

/** Makes the owner of an epoch whose lock is linked and confirmed. */
export function createOwnership(place: LockPlace, lock: LockContent): Ownership {
  const { platform, dir } = place;
  const { files } = platform;
  const own = files.join(dir, lockName(lock.epoch));
  const next = files.join(dir, lockName(lock.epoch + 1));
  let isReleased = false;
  let areOlderGone = false;
  /** A full disk takes no byte, but takes one away. Without its lock, the manifest must know the epoch. */
  const removeInstead = async (): Promise<boolean> => {
    if ((await place.manifestEpoch()) < lock.epoch) return false;
    await unlinkIfThere(files, own);
    return true;
  };
  return {
    epoch: lock.epoch,
    lock,
    fence() {
      // In this order: see OWNERSHIP.md, "The fence".
      if (isReleased || isThere(files, next) || !isThere(files, own)) {
        throw fenced(dir, lock.epoch);
      }
    },
    async removeOlder() {
      if (areOlderGone) return;
      for (const epoch of await lockedEpochs(place)) {
        if (epoch < lock.epoch) await unlinkIfThere(files, files.join(dir, lockName(epoch)));
      }
      areOlderGone = true;
    },
    async release() {
      if (isReleased) return;
      isReleased = true;
      // Whoever took over has a higher epoch; this lock, wherever it is, says nothing any more.
      if (!isThere(files, own)) return;
      const bytes = encodeLock({ ...lock, released: true }, platform.crc32);
      try {
        await replaceFile(platform, {
          folder: dir,
          name: lockName(lock.epoch),
          fill: (file) => writeFully(file, bytes, 0),
        });
      } catch (cause) {
        if (!(await removeInstead().catch(() => false))) throw notFreed(dir, cause);
      }
    },
  };
}

/** What can't be looked at may be gone: then nothing is acknowledged. */
function isThere(files: Files, path: string): boolean {
  try {
    return files.existsNow(path);
  } catch (cause) {
    throw new FlakehoundError('STORE_FENCED', `can't tell whether ${path} is there`, {
      cause,
      hint: 'make the store’s folder readable again, then open the store again',
    });
  }
}

/** Removes a file; that somebody else was faster is as good. */
export async function unlinkIfThere(files: Files, path: string): Promise<void> {
  await files.unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

function notFreed(dir: string, cause: unknown): FlakehoundError {
  return new FlakehoundError('STORE_LOCK', `the store in ${dir} can’t be given free`, {
    hint: 'nothing is lost; end this process, or remove its lock, before others open the store',
    cause,
  });
}

function fenced(dir: string, epoch: number): FlakehoundError {
  return new FlakehoundError(
    'STORE_FENCED',
    `another process took over the store in ${dir} from epoch ${epoch}`,
    { hint: 'close this store and open it again; what was acknowledged is safe' },
  );
}
