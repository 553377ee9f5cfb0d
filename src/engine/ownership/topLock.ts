import { FlakehoundError } from '../../errors.js';
import type { Platform } from '../../ports/platform.js';
import { epochOfName, type LockContent, lockName, readLock } from './lockFile.js';

/** Where a claim looks. */
export interface LockPlace {
  readonly platform: Platform;
  readonly dir: string;
  /** The epoch that the manifest names; 0 where there is none. */
  manifestEpoch(): Promise<number>;
}

/** The highest epoch ever claimed, 0 when none was, and its lock unless someone took it away by hand. */
export interface TopLock {
  readonly epoch: number;
  readonly lock: LockContent | undefined;
}

/**
 * Where a lock is gone, an owner of a later epoch has come: the next look sees it. A folder that shows
 * the same epoch for ever without its lock is broken.
 */
const mostLooks = 100;

/**
 * Finds the lock that counts. Folders are listed without a snapshot, so the list alone is not
 * believed: see OWNERSHIP.md, "Which lock counts".
 *
 * @throws FlakehoundError `STORE_LOCK`
 */
export async function topLock(place: LockPlace): Promise<TopLock> {
  const { platform, dir } = place;
  const isClaimed = async (epoch: number): Promise<boolean> =>
    (await platform.files.facts(platform.files.join(dir, lockName(epoch)))) !== undefined;
  for (let last = 0, looks = 0; ; ) {
    const named = await place.manifestEpoch();
    const listed = (await lockedEpochs(place)).at(-1) ?? 0;
    let epoch = Math.max(named, listed);
    while (await isClaimed(epoch + 1)) epoch++;
    if (epoch === 0) return { epoch, lock: undefined };
    looks = epoch === last ? looks + 1 : 1;
    last = epoch;
    if (looks > mostLooks) throw unseen(dir, epoch);
    const state = await readLock(platform, dir, epoch);
    if (state.kind === 'lock') {
      if (!(await isClaimed(epoch + 1))) return { epoch, lock: state.lock };
    } else if (
      // The lock of the manifest's epoch goes only after the manifest names a later one. That it
      // still names this one shows that nobody of us removed the lock.
      (await place.manifestEpoch()) === epoch &&
      !(await isClaimed(epoch + 1))
    ) {
      return { epoch, lock: undefined };
    }
  }
}

function unseen(dir: string, epoch: number): FlakehoundError {
  const name = lockName(epoch);
  return new FlakehoundError(
    'STORE_LOCK',
    `${dir} has ${name} by its list, and not when it is read`,
    {
      hint: `make sure that the file system below ${dir} is well, and that no process uses the store; then remove ${name} if it is there, and open the store again`,
    },
  );
}

/** The epochs of the locks in the folder, ascending. */
export async function lockedEpochs({ platform, dir }: LockPlace): Promise<readonly number[]> {
  const names = await platform.files.list(dir);
  return names
    .map(epochOfName)
    .filter((epoch) => epoch !== undefined)
    .sort((a, b) => a - b);
}
