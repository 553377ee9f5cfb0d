import { FlakehoundError } from '../../errors.js';
import type { Platform } from '../../ports/platform.js';
import type { ProcessIdentity } from '../../ports/processes.js';
import type { Bytes, Instant, Millis } from '../../units.js';
import { readWhole } from '../files/readWhole.js';

/** What a lock file says of the owner who put it there. */
export interface LockContent extends ProcessIdentity {
  readonly epoch: number;
  /** Tells this claim from every other. */
  readonly nonce: string;
  /** The folder that it was made in: a copy of that folder brings the lock along. */
  readonly dir?: string;
  /** Where the owner listens for guests; empty when it takes none. */
  readonly address: string;
  /** When it was claimed. */
  readonly since: Instant;
  /** Given free by a clean close: the next one needs to ask nobody. */
  readonly released?: true;
}

/** What there is under a lock's name. */
export type LockState =
  | { readonly kind: 'missing' }
  | { readonly kind: 'lock'; readonly lock: LockContent };

const longest: Bytes = 4096;

/** Without `link` a lock is seen while it is being written: so often it is looked at again, so far apart. */
const looks = 10;
const betweenLooks: Millis = 20;

/** The name of an epoch's lock. */
export const lockName = (epoch: number): string => `lock-${epoch}`;

/** The epoch that a file's name stands for, if it is a lock's. */
export function epochOfName(name: string): number | undefined {
  const digits = /^lock-([1-9]\d{0,14})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A lock as bytes: one line of JSON, one with its CRC-32 in hexadecimal digits. */
export function encodeLock(lock: LockContent, crc32: Platform['crc32']): Buffer {
  const line = Buffer.from(`${JSON.stringify(lock)}\n`);
  const sum = crc32(line, 0, line.length).toString(16).padStart(8, '0');
  return Buffer.concat([line, Buffer.from(`${sum}\n`)]);
}

/** A lock from its bytes; `undefined` when they are not whole. */
export function decodeLock(bytes: Uint8Array, crc32: Platform['crc32']): LockContent | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  const end = text.indexOf('\n') + 1;
  const line = Buffer.from(text.slice(0, end));
  const sum = crc32(line, 0, line.length).toString(16).padStart(8, '0');
  if (end === 0 || text.slice(end) !== `${sum}\n`) return undefined;
  try {
    // The checksum vouches that these are the bytes which `encodeLock` made of a lock.
    return JSON.parse(text.slice(0, end)) as LockContent;
  } catch {
    return undefined;
  }
}

/**
 * Reads the lock of an epoch.
 *
 * @throws FlakehoundError `STORE_LOCK` when there is one that can't be believed
 */
export async function readLock(
  { files, crc32, clock }: Pick<Platform, 'files' | 'crc32' | 'clock'>,
  dir: string,
  epoch: number,
): Promise<LockState> {
  const path = files.join(dir, lockName(epoch));
  for (let look = 1; ; look++) {
    const found = await readWhole(files, path, longest);
    if (found.kind === 'missing') return found;
    const lock = found.kind === 'bytes' ? decodeLock(found.bytes, crc32) : undefined;
    if (lock?.epoch === epoch) return { kind: 'lock', lock };
    if (look === looks) {
      throw new FlakehoundError('STORE_LOCK', `${path} is damaged: its checksum is wrong`, {
        hint: `make sure that no process uses ${dir}, then remove ${path} and open the store again`,
      });
    }
    await clock.sleep(betweenLooks);
  }
}
