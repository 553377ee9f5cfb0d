import { type ErrorCode, FlakehoundError } from '../../errors.js';
import type { Job, Json } from '../../jobs/job.js';
import { VersionConflictError } from '../../jobs/versionConflict.js';

/**
 * What guests and the owner say to each other: messages of UTF-8 JSON, each an array of items, so
 * that all calls of one turn are one message.
 *
 * From a guest: `[id, method, ...arguments]`; id 0 wants no answer. A guest that makes calls of
 * `pacedMethods` in the turn in which such calls were answered adds `[0, "pace", n, 1]`: it knows of
 * n such answers by now. After that it says `[0, "pace", n, 0]` in the first such turn in which it
 * makes none (see GuestPace).
 *
 * From the owner:
 *
 * | item                        | meaning                                             |
 * |-----------------------------|-----------------------------------------------------|
 * | `[id, answered, value]`     | the call's result                                   |
 * | `[id, failed, error]`       | what it threw                                       |
 * | `[id, refused]`             | it did not take place: the store is closing         |
 * | `[id, changes, list]`       | for the listener that was registered by call `id`   |
 * | `[id, piece, text]`         | part of the JSON of a long result                   |
 * | `[id, lastPiece, text]`     | its end                                             |
 * | `[id, job, ...members]`     | a job, as `sentJob` has it                          |
 * | `[0, bye]`                  | the store closes: send no more, and say `leave`     |
 */
export const answer = {
  answered: 0,
  failed: 1,
  refused: 2,
  changes: 3,
  piece: 4,
  lastPiece: 5,
  bye: 6,
  job: 7,
} as const;

/** Calls that a commit answers. */
export const pacedMethods: ReadonlySet<string> = new Set([
  'create',
  'update',
  'transition',
  'cancel',
  'remove',
  'group',
  'appendLog',
]);

/** Guests and owners of another version don't understand each other. */
export const protocolVersion = 2;

/** In UTF-16 units, each of which takes 3 bytes at most: a message stays below what a channel takes. */
export const longestItem = 16 * 1024 * 1024;

/** Packs items, each JSON already, into as few messages as may be. */
export function packItems(items: readonly string[]): Buffer[] {
  const messages: Buffer[] = [];
  let from = 0;
  let length = 0;
  for (const [at, item] of items.entries()) {
    if (length > 0 && length + item.length > longestItem) {
      messages.push(pack(items.slice(from, at)));
      from = at;
      length = 0;
    }
    length += item.length;
  }
  messages.push(pack(from === 0 ? items : items.slice(from)));
  return messages;
}

const pack = (items: readonly string[]): Buffer => Buffer.from(`[${items.join(',')}]`);

/** The items of a message; none when it isn't one of ours. */
export function unpackItems(message: Uint8Array): readonly (readonly unknown[])[] {
  const text = Buffer.from(message.buffer, message.byteOffset, message.length).toString('utf8');
  try {
    const items: unknown = JSON.parse(text);
    if (!Array.isArray(items)) return [];
    return items.every(Array.isArray) ? items : items.filter(Array.isArray);
  } catch {
    return [];
  }
}

/** An error as it travels. */
export interface SentError {
  readonly message: string;
  readonly code?: string;
  readonly hint?: string;
  readonly conflict?: { readonly expected: number; readonly actual: Job };
  readonly cause?: SentError;
}

/** An error as JSON can say it; of what isn't ours only the message and the code. */
export function sendableError(error: unknown): SentError {
  if (error instanceof VersionConflictError) {
    return { message: error.message, conflict: { expected: error.expected, actual: error.actual } };
  }
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error instanceof FlakehoundError ? { hint: error.hint } : {}),
    ...(error.cause === undefined ? {} : { cause: sendableError(error.cause) }),
  };
}

/** The error again, of the same class, with the same code, hint and states. */
export function revivedError(sent: SentError): Error {
  if (sent.conflict !== undefined) {
    return new VersionConflictError(sent.conflict.expected, sent.conflict.actual);
  }
  const cause = sent.cause === undefined ? undefined : revivedError(sent.cause);
  if (sent.code !== undefined && sent.hint !== undefined) {
    // A hint is sent with our errors alone, and their codes are of the union.
    return new FlakehoundError(sent.code as ErrorCode, sent.message, { hint: sent.hint, cause });
  }
  const error = new Error(sent.message, cause === undefined ? undefined : { cause });
  return sent.code === undefined ? error : Object.assign(error, { code: sent.code });
}

/** What comes out of a message is JSON. */
export const asJson = (value: unknown): Json => value as Json;
