import type { Effect } from './faultPlan.js';

/** The call fails with that errno, worded as Node words it, and has no effect. */
export function fail(code: string): Effect {
  return { kind: 'fail', code };
}

/** The call proceeds, so many milliseconds late. */
export function delay(ms: number): Effect {
  return { kind: 'delay', ms };
}

/** A short read or a short write, of at most that many bytes. */
export function shorten(bytes: number): Effect {
  return { kind: 'shorten', bytes };
}

/** That many bytes reach the file, then the write fails. */
export function tear(bytes: number, code = 'EIO'): Effect {
  return { kind: 'tear', bytes, code };
}

/** The sync fails, and what it should have saved counts as clean from then on. */
export function loseSync(code = 'EIO'): Effect {
  return { kind: 'loseSync', code };
}

/** Room for so many more bytes, then a short write, then ENOSPC. */
export function diskFull(bytes: number): Effect {
  return { kind: 'diskFull', bytes };
}

/** The world stops before the call. */
export function crash(): Effect {
  return { kind: 'crash' };
}
