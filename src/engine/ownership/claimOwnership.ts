import { FlakehoundError } from '../../errors.js';
import type { Platform } from '../../ports/platform.js';
import { writeFully } from '../files/writeFully.js';
import { encodeLock, type LockContent, lockName, readLock } from './lockFile.js';
import { createOwnership, type Ownership, unlinkIfThere } from './ownership.js';
import { type LockPlace, type TopLock, topLock } from './topLock.js';

/** How a claim is made. */
export interface ClaimRequest extends LockPlace {
  /** Where this process listens already; empty when it takes no guests. */
  readonly address: string;
  /** The lock that counted a moment ago; looked for when left out. Whether it still does, the claim shows. */
  readonly seen?: TopLock | undefined;
  /** The nonce of a lock that was proven to belong to another folder, such as the one this is a copy of. */
  readonly disregard?: string | undefined;
}

/** Somebody who holds the store. `unknown`: the platform doesn't let us see whether it still runs. */
export interface Holder {
  readonly kind: 'held';
  readonly by: LockContent;
  readonly state: 'alive' | 'unknown';
}

/** Nobody holds the store. */
export interface Free {
  readonly kind: 'free';
  /** What a claim goes on from. */
  readonly top: TopLock;
}

/** How a claim ended. */
export type Claim = { readonly kind: 'owner'; readonly ownership: Ownership } | Holder;

/**
 * Looks who holds the store, and changes nothing.
 *
 * @throws FlakehoundError `STORE_LOCK`
 */
export async function findHolder(
  place: LockPlace & { readonly disregard?: string | undefined },
): Promise<Holder | undefined> {
  const found = await lookForHolder(place);
  return found.kind === 'held' ? found : undefined;
}

/**
 * As `findHolder`, for one who claims the store where it is free.
 *
 * @throws FlakehoundError `STORE_LOCK`
 */
export async function lookForHolder(
  place: LockPlace & { readonly disregard?: string | undefined },
): Promise<Holder | Free> {
  try {
    const top = await topLock(place);
    const holder = top.lock && (await holderOf(place.platform, top.lock, place.disregard));
    return holder ?? { kind: 'free', top };
  } catch (cause) {
    if (cause instanceof FlakehoundError) throw cause;
    throw new FlakehoundError('STORE_LOCK', `can't tell who holds the store in ${place.dir}`, {
      cause,
      hint: `make sure that this process may read ${place.dir} and the locks in it`,
    });
  }
}

/**
 * Tries to become the owner of the store in a folder that is there. Exactly one of any number of
 * contenders gets an epoch; OWNERSHIP.md has the protocol and why it is right. The new owner writes
 * its epoch into the manifest before it serves, then calls `removeOlder`.
 *
 * @throws FlakehoundError `STORE_LOCK`, also when the folder takes no lock
 */
export async function claimOwnership(request: ClaimRequest): Promise<Claim> {
  try {
    return await claim(request);
  } catch (cause) {
    if (cause instanceof FlakehoundError) throw cause;
    throw new FlakehoundError('STORE_LOCK', `can't claim the store in ${request.dir}`, {
      cause,
      hint: `make sure that ${request.dir} is a folder that this process may write to, on a disk with space`,
    });
  }
}

async function claim(request: ClaimRequest): Promise<Claim> {
  const { platform, dir } = request;
  const { files } = platform;
  let [wanted, tries] = [0, 0];
  let { seen } = request;
  for (;;) {
    // To go on from an earlier look is to be a slow contender, which step 4 is for.
    const top = seen ?? (await topLock(request));
    seen = undefined;
    if (top.lock !== undefined) {
      const holder = await holderOf(platform, top.lock, request.disregard);
      if (holder !== undefined) return holder;
    }
    const lock = newLock(request, top.epoch + 1);
    tries = lock.epoch === wanted ? tries + 1 : 1;
    wanted = lock.epoch;
    if (!(await putLock(request, lock, tries < mostTries))) continue;
    const ownership = createOwnership(request, lock);
    try {
      const [named] = await Promise.all([request.manifestEpoch(), files.syncFolder(dir)]);
      // This epoch was over before, its lock cleaned away, when the manifest has come as far.
      if (named < lock.epoch) return { kind: 'owner', ownership };
    } catch (error) {
      await ownership.release().catch(() => undefined);
      throw error;
    }
    await unlinkIfThere(files, files.join(dir, lockName(lock.epoch)));
  }
}

function newLock({ platform, dir, address }: ClaimRequest, epoch: number): LockContent {
  return {
    epoch,
    ...platform.processes.self(),
    nonce: Buffer.from(platform.random.bytes(12)).toString('hex'),
    dir,
    address,
    since: platform.clock.now(),
  };
}

async function holderOf(
  platform: Platform,
  by: LockContent,
  disregard: string | undefined,
): Promise<Holder | undefined> {
  if (by.released === true || by.nonce === disregard) return undefined;
  const state = platform.processes.state(by);
  if (state === 'dead') return undefined;
  if (state === 'unknown' && (await listensNoMore(platform, by))) return undefined;
  return { kind: 'held', by, state };
}

/**
 * An owner listens from before its claim until after its release, so a refused connection shows that
 * it is gone, where both are on one machine: a container that was started again, or a pid that was
 * given to another process on a platform without start times.
 */
async function listensNoMore({ processes, channels }: Platform, by: LockContent): Promise<boolean> {
  const self = processes.self();
  const isSameMachine =
    by.bootId === self.bootId &&
    (self.bootId !== '' || (by.place !== undefined && by.place === self.place));
  if (!isSameMachine || by.address === '') return false;
  try {
    (await channels.connect(by.address)).close();
    return false;
  } catch (error) {
    // A missing socket file proves nothing: folders for temporary files are swept.
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  }
}

/** File systems without a second name for a file answer one of these. */
const linkless: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
]);

/**
 * A folder that loses every new file at once is not being swept, it is broken; and so is one where a
 * name is taken for ever and nobody's lock is there.
 */
const mostTries = 100;

/** Puts a whole lock under its epoch's name; false when the name is taken, or it was swept away. */
async function putLock(
  request: ClaimRequest,
  lock: LockContent,
  mayTryAgain: boolean,
): Promise<boolean> {
  const { platform, dir } = request;
  const { files } = platform;
  const path = files.join(dir, lockName(lock.epoch));
  const temporary = files.join(dir, `lock-${lock.nonce}.tmp`);
  try {
    await writeNew(request, lock, temporary);
    await files.link(temporary, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // An owner that opens sweeps what looks left over, this file too.
    if (code === 'ENOENT' && mayTryAgain && files.existsNow(dir)) return false;
    // A network drive repeats a request whose answer was lost, and then answers that it is taken.
    if (code === 'EEXIST' && (await isOurs(request, lock))) return true;
    if (code === 'EEXIST' && mayTryAgain) return false;
    if (!linkless.has(code)) throw error;
    return await putLockWithoutLink(request, lock, { path, mayTryAgain });
  } finally {
    await files.unlink(temporary).catch(() => undefined);
  }
}

/** `readLock` waits for those who see this one half written. */
async function putLockWithoutLink(
  request: ClaimRequest,
  lock: LockContent,
  { path, mayTryAgain }: { readonly path: string; readonly mayTryAgain: boolean },
): Promise<boolean> {
  try {
    await writeNew(request, lock, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && mayTryAgain) return false;
    throw error;
  }
}

async function writeNew({ platform }: ClaimRequest, lock: LockContent, path: string) {
  const file = await platform.files.open(path, 'create');
  try {
    try {
      await writeFully(file, encodeLock(lock, platform.crc32), 0);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    // Half a lock would keep everybody out.
    await platform.files.unlink(path).catch(() => undefined);
    throw error;
  }
}

async function isOurs({ platform, dir }: ClaimRequest, lock: LockContent): Promise<boolean> {
  const found = await readLock(platform, dir, lock.epoch);
  return found.kind === 'lock' && found.lock.nonce === lock.nonce;
}
