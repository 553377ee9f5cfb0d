import { constants } from 'node:fs';
import { errnoError } from '../errno.js';
import type { Asked } from './pathWalk.js';

const { O_APPEND, O_CREAT, O_DSYNC, O_EXCL, O_RDONLY, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } =
  constants;

const byLetter: Readonly<Record<string, number>> = {
  r: O_RDONLY,
  'r+': O_RDWR,
  w: O_TRUNC | O_CREAT | O_WRONLY,
  'w+': O_TRUNC | O_CREAT | O_RDWR,
  a: O_APPEND | O_CREAT | O_WRONLY,
  'a+': O_APPEND | O_CREAT | O_RDWR,
};

/** What an open asks for. */
export interface OpenFlags {
  readonly canRead: boolean;
  readonly canWrite: boolean;
  readonly appends: boolean;
  readonly creates: boolean;
  readonly excludes: boolean;
  readonly truncates: boolean;
  readonly syncsWrites: boolean;
  readonly directoryOnly: boolean;
  readonly followsLink: boolean;
}

/**
 * Reads the flags of `open`, as letters (`r+`, `wx`, `as` …) or as bits.
 *
 * @throws EINVAL for letters that Node doesn't know
 */
export function openFlags(given: string | number, asked: Asked): OpenFlags {
  const known = parsed.get(given);
  if (known) return known;
  const flags = flagsOf(typeof given === 'number' ? given : bitsOf(given, asked));
  parsed.set(given, flags);
  return flags;
}

/** Few are in use, and recoveries open files by the ten thousand. */
const parsed = new Map<string | number, OpenFlags>();

function flagsOf(bits: number): OpenFlags {
  const access = bits & (O_RDONLY | O_WRONLY | O_RDWR);
  const has = (flag: number | undefined): boolean => flag !== undefined && (bits & flag) !== 0;
  return {
    canRead: access !== O_WRONLY,
    canWrite: access !== O_RDONLY,
    appends: has(O_APPEND),
    creates: has(O_CREAT),
    excludes: has(O_EXCL),
    truncates: has(O_TRUNC) && access !== O_RDONLY,
    syncsWrites: has(O_SYNC) || has(O_DSYNC),
    directoryOnly: has(constants.O_DIRECTORY),
    followsLink: !has(constants.O_NOFOLLOW),
  };
}

function bitsOf(letters: string, asked: Asked): number {
  const plain = letters.replace(/[xs]/g, '');
  const base = byLetter[plain];
  if (base === undefined || !/^[rwaxs+]{1,4}$/.test(letters)) throw errnoError('EINVAL', asked);
  return base | (letters.includes('x') ? O_EXCL : 0) | (letters.includes('s') ? (O_SYNC ?? 0) : 0);
}
