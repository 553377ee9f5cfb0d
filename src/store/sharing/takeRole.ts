import type { CommitPace } from '../../engine/log/commitPace.js';
import {
  claimOwnership,
  type Free,
  type Holder,
  lookForHolder,
} from '../../engine/ownership/claimOwnership.js';
import { isCopiedLock } from '../../engine/ownership/copiedLock.js';
import type { LockContent } from '../../engine/ownership/lockFile.js';
import type { Ownership } from '../../engine/ownership/ownership.js';
import { FlakehoundError } from '../../errors.js';
import { isoTime } from '../../jobs/isoTime.js';
import type { JobChange, JobStore } from '../../jobs/jobStore.js';
import type { Listener } from '../../ports/channels.js';
import type { Platform } from '../../ports/platform.js';
import type { Lsn, Millis } from '../../units.js';
import { connectGuest, type Reception } from './connectGuest.js';
import { GuestDesk } from './guestDesk.js';
import type { GuestLink } from './guestLink.js';
import type { GuestStore } from './guestStore.js';

/** How processes share a store. */
export interface SharingRequest {
  readonly platform: Platform;
  readonly dir: string;
  /** `exclusive`: neither is a guest, nor has any. */
  readonly mode: 'shared' | 'exclusive';
  /** The epoch that the manifest in the folder names; 0 where there is none. */
  manifestEpoch(): Promise<number>;
  /** Recovers the store and writes the epoch into the manifest; asks the fence before each acknowledgement. */
  openOwner(ownership: Ownership, pace: CommitPace): Promise<JobStore>;
  /** Keeps a failure for which no guest's caller waited. */
  noteError?(store: JobStore, error: Error): void;
  /** All changes after that LSN which the log still has, in order. Without it, listeners miss what happened while they moved to another owner. */
  changesSince?(store: JobStore, lsn: Lsn): Promise<readonly JobChange[]>;
  /** How long an owner that runs may take to answer. */
  readonly patience: Millis;
  readonly flush: Millis;
}

/** This process writes, and serves the others. */
export interface OwnerRole {
  readonly kind: 'owner';
  readonly store: JobStore;
  /** Answers what is under way, closes the store and gives it free. */
  leave(): Promise<void>;
}

/** Another process writes for this one. */
export interface GuestRole {
  readonly kind: 'guest';
  readonly store: GuestStore;
  readonly link: GuestLink;
}

/** How long it is waited before a running owner that didn't answer is asked again. */
const betweenTries: Millis = 20;

/**
 * Becomes the owner of a store or, where there is one, its guest.
 *
 * @throws FlakehoundError `STORE_LOCKED`, `STORE_LOCK`, or what `openOwner` throws
 */
export async function takeRole(request: SharingRequest): Promise<OwnerRole | GuestRole> {
  const { platform, mode, patience } = request;
  const until = platform.clock.elapsed() + patience;
  let disregard: string | undefined;
  for (;;) {
    const found = await lookForHolder({ ...request, disregard });
    const role = found.kind === 'held' ? found : await becomeOwner(request, found, disregard);
    if (role.kind === 'owner') return role;
    if (await isCopiedLock(platform, request.dir, role.by)) {
      disregard = role.by.nonce;
      continue;
    }
    if (mode === 'exclusive') throw locked(request, role, { why: 'alone' });
    const left = until - platform.clock.elapsed();
    const reception = await reach(request, role, left);
    if (reception.kind === 'guest') return reception;
    if (reception.kind === 'foreign') disregard = role.by.nonce;
    else if (left <= 0) throw locked(request, role, { why: 'silent', cause: reception.cause });
    else await platform.clock.sleep(betweenTries);
  }
}

async function becomeOwner(
  request: SharingRequest,
  { top: seen }: Free,
  disregard: string | undefined,
): Promise<OwnerRole | Holder> {
  const { platform, dir } = request;
  const desk = new GuestDesk(platform.clock);
  // Before the claim, so that the lock can say where.
  const listener = request.mode === 'exclusive' ? undefined : await listen(platform, dir, desk);
  const address = listener?.address ?? '';
  try {
    const claim = await claimOwnership({ ...request, address, seen, disregard });
    if (claim.kind === 'held') {
      await listener?.close();
      return claim;
    }
    return await reign(request, claim.ownership, desk, listener);
  } catch (error) {
    await listener?.close();
    throw error;
  }
}

async function reign(
  request: SharingRequest,
  ownership: Ownership,
  desk: GuestDesk,
  listener: Listener | undefined,
): Promise<OwnerRole> {
  let store: JobStore;
  try {
    store = await request.openOwner(ownership, desk.pace);
  } catch (error) {
    await ownership.release().catch(() => undefined);
    throw error;
  }
  await ownership.removeOlder().catch((error: Error) => request.noteError?.(store, error));
  desk.serve({
    store,
    epoch: ownership.epoch,
    files: request.platform.files,
    noteError: (error) => request.noteError?.(store, error),
    changesSince: (lsn) => request.changesSince?.(store, lsn),
  });
  return {
    kind: 'owner',
    store,
    async leave() {
      await desk.close();
      try {
        await store.close();
      } finally {
        await ownership.release();
        // Last: guests who lose their channel find the store free.
        await listener?.close();
      }
    },
  };
}

/** Without a place to listen the store still works, for this process alone. */
async function listen(
  { channels }: Platform,
  dir: string,
  desk: GuestDesk,
): Promise<Listener | undefined> {
  try {
    return await channels.listen(dir, (channel) => desk.accept(channel));
  } catch {
    return undefined;
  }
}

type Reached = Reception | { readonly kind: 'silent'; readonly cause: unknown };

async function reach(request: SharingRequest, { by }: Holder, patience: Millis): Promise<Reached> {
  if (by.address === '') return { kind: 'silent', cause: undefined };
  try {
    return await connectGuest({
      ...request,
      address: by.address,
      owner: { pid: by.pid, patience: request.patience },
      patience: Math.max(0, patience),
    });
  } catch (cause) {
    return { kind: 'silent', cause };
  }
}

interface Refusal {
  /** `alone`: this process asks for the store alone; `silent`: its holder doesn't answer. */
  readonly why: 'alone' | 'silent';
  readonly cause?: unknown;
}

function locked(
  { dir, platform }: SharingRequest,
  { by, state }: Holder,
  { why, cause }: Refusal,
): FlakehoundError {
  const here = platform.processes.self().place;
  const elsewhere = by.place !== undefined && by.place !== here ? ` (${by.place})` : '';
  const is = state === 'alive' ? 'is' : 'may be';
  const reason = why === 'alone' ? 'this one asks for it alone' : 'it does not answer';
  return new FlakehoundError(
    'STORE_LOCKED',
    `the store in ${dir} ${is} held by process ${by.pid}${elsewhere} since ${isoTime(by.since)}, and ${reason}`,
    { cause, hint: hintFor(dir, by, state, why) },
  );
}

function hintFor(
  dir: string,
  by: LockContent,
  state: Holder['state'],
  why: Refusal['why'],
): string {
  const { pid, epoch, dir: origin } = by;
  const copied =
    origin !== undefined && origin !== dir
      ? ` (the lock was made in ${origin}: if ${dir} is a copy of it, remove ${dir}/lock-${epoch})`
      : '';
  if (state === 'unknown') {
    const other = copied === '' ? '' : ` or uses ${origin}, of which this is a copy`;
    return `make sure that process ${pid} is gone${other}, then remove ${dir}/lock-${epoch} and open the store again`;
  }
  if (why === 'alone') {
    return `close the store in process ${pid}, or end that process, and open it again${copied}`;
  }
  return `wait until process ${pid} has time, let it go on if it is stopped (kill -CONT ${pid}), or end it; then open the store again${copied}`;
}
