import { constants } from 'node:os';
import { getSystemErrorMap, types } from 'node:util';
import { FlakehoundError } from '../../src/index.js';
import { nearestNames } from './nearestNames.js';

/** What an operation was about, as far as Node mentions it in errors. */
export interface ErrorPlace {
  readonly syscall: string;
  readonly path?: string | undefined;
  readonly dest?: string | undefined;
}

interface CatalogueEntry {
  readonly errno: number;
  readonly text: string;
}

const catalogue = readCatalogue();

/** Every error code of this platform, sorted. */
export const errnoCodes: readonly string[] = [...catalogue.keys()].sort();

/** Whether this platform has an error of that code. */
export function isErrno(code: string): boolean {
  return catalogue.has(code);
}

/**
 * The error that Node gives for a failed system call: `code`, negative `errno`, `syscall`, and
 * `path` and `dest` where given, in Node's order and words.
 *
 * @throws FlakehoundError `FAULTS_ERRNO` when this platform has no such code
 */
export function errnoError(code: string, place: ErrorPlace): NodeJS.ErrnoException {
  const { syscall, path, dest } = place;
  const { errno, text } = catalogue.get(code) ?? unknownErrno(code);
  let message = `${code}: ${text}, ${syscall}`;
  if (path !== undefined) message += ` '${path}'`;
  if (dest !== undefined) message += ` -> '${dest}'`;
  const error: NodeJS.ErrnoException & { dest?: string } = new Error(message);
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  return error;
}

/** Whether a value is an error that came from a system call, ours or Node's. */
export function isErrnoError(error: unknown): error is NodeJS.ErrnoException {
  return (
    // Of whatever realm: in a VM context the file system's errors are of another.
    types.isNativeError(error) &&
    typeof (error as NodeJS.ErrnoException).code === 'string' &&
    typeof (error as NodeJS.ErrnoException).errno === 'number'
  );
}

/**
 * libuv's names come first, since Node words errors by them; the system's further ones (ENOLINK …)
 * Node reports as unknown errors, here they keep their own name.
 */
function readCatalogue(): Map<string, CatalogueEntry> {
  const entries = new Map<string, CatalogueEntry>();
  for (const [errno, [code, text]] of getSystemErrorMap()) entries.set(code, { errno, text });
  for (const [code, errno] of Object.entries(constants.errno)) {
    if (!entries.has(code)) entries.set(code, { errno: -errno, text: `system error ${errno}` });
  }
  return entries;
}

function unknownErrno(code: string): never {
  const near = nearestNames(code, errnoCodes);
  throw new FlakehoundError('FAULTS_ERRNO', `this platform has no error code ${code}`, {
    hint: `use one of its own, perhaps ${near.join(', ')}`,
  });
}
