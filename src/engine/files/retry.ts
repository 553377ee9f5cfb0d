import type { Clock } from '../../ports/clock.js';
import type { Files } from '../../ports/files.js';
import type { Random } from '../../ports/random.js';
import type { Millis } from '../../units.js';
import type { RetryPolicy } from '../seam.js';

/** Calls on a file system that may fail for a moment only. */
export type PassingCall = 'open' | 'rename' | 'link' | 'unlink' | 'makeFolder';

/** One try that failed and will be followed by another. */
export interface RetryNote {
  /** 1 for the first try. */
  readonly attempt: number;
  readonly code: string;
  /** How long it is waited before the next. */
  readonly delay: Millis;
}

/** How an operation is tried again. */
export interface Retrying {
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: RetryPolicy;
  /** Errnos after which it is. */
  readonly codes: ReadonlySet<string>;
  readonly onRetry: (note: RetryNote) => void;
}

const attemptsBehindError = new WeakMap<object, number>();

/**
 * Does something that may fail for a moment, again and again while it does: exponential backoff
 * with a cap and jitter, each wait on the clock given.
 *
 * @throws what the last try threw; `attemptsBehind` knows how many there were
 */
export async function retrying<T>(how: Retrying, act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      const code = codeOf(error);
      if (attempt >= how.policy.attempts || code === undefined || !how.codes.has(code)) {
        if (typeof error === 'object' && error !== null) attemptsBehindError.set(error, attempt);
        throw error;
      }
      const delay = backoff(how.policy, attempt, how.random.fraction());
      how.onRetry({ attempt, code, delay });
      await how.clock.sleep(delay);
    }
  }
}

/** How often was tried what ended in this error; 1 for one that was never retried. */
export function attemptsBehind(error: unknown): number {
  return (typeof error === 'object' && error !== null && attemptsBehindError.get(error)) || 1;
}

/** How long it is waited after a try, drawn by `fraction`. */
export function backoff(policy: RetryPolicy, attempt: number, fraction: number): Millis {
  const full = Math.min(policy.cap, policy.base * 2 ** (attempt - 1));
  return full * (1 - policy.jitter * (1 - fraction));
}

/** Another process holds the file, a scanner looks at it, or the machine is short of descriptors. */
const passing: readonly string[] = ['EBUSY', 'EACCES', 'EMFILE', 'ENFILE', 'EAGAIN'];

/**
 * The errnos that may pass, by call. Windows answers EPERM for what is in use; elsewhere it means
 * what it says. A name may be missing for a moment on network drives, but what is to be unlinked and
 * isn't there is gone.
 */
export function passingCodes(call: PassingCall, os: 'windows' | 'posix'): ReadonlySet<string> {
  return new Set([
    ...passing,
    ...(call === 'unlink' ? [] : ['ENOENT']),
    ...(os === 'windows' ? ['EPERM'] : []),
  ]);
}

/** The same files, trying again what may pass. To ask whether a file is there, take `facts`. */
export function retryingFiles(files: Files, how: Omit<Retrying, 'codes'>): Files {
  const os = files.join('a', 'b').includes('\\') ? 'windows' : 'posix';
  const again = (call: PassingCall): Retrying => ({ ...how, codes: passingCodes(call, os) });
  const [open, rename, link, unlink, makeFolder] = [
    again('open'),
    again('rename'),
    again('link'),
    again('unlink'),
    again('makeFolder'),
  ];
  return {
    ...files,
    open: (path, mode) => retrying(open, () => files.open(path, mode)),
    rename: (from, to) => retrying(rename, () => files.rename(from, to)),
    link: (existing, to) => retrying(link, () => files.link(existing, to)),
    unlink: (path) => retrying(unlink, () => files.unlink(path)),
    makeFolder: (path) => retrying(makeFolder, () => files.makeFolder(path)),
  };
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = Object(error ?? {}).code;
  return typeof code === 'string' ? code : undefined;
}
