import type { Platform } from '../../ports/platform.js';
import { leaveProof } from './folderProof.js';
import { type LockContent, readLock } from './lockFile.js';

/**
 * Whether a lock came into this folder with a copy of the one that it was made in: that one is where
 * the lock says, it holds the same lock, and it isn't this one under another path. Whoever can't be
 * sure says no, for two owners of one folder are worse than none.
 */
export async function isCopiedLock(
  platform: Pick<Platform, 'files' | 'crc32' | 'clock' | 'random'>,
  dir: string,
  lock: LockContent,
): Promise<boolean> {
  const { files } = platform;
  const { dir: origin, epoch, nonce } = lock;
  if (origin === undefined || origin === dir) return false;
  try {
    const there = await readLock(platform, origin, epoch);
    if (there.kind !== 'lock' || there.lock.nonce !== nonce) return false;
    const proof = await leaveProof(platform, dir);
    try {
      return proof.name !== undefined && !files.existsNow(files.join(origin, proof.name));
    } finally {
      await proof.remove();
    }
  } catch {
    return false;
  }
}
