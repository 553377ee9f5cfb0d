import { createHash } from 'node:crypto';
import type { FailureDetail } from '../events.js';
import { normaliseMessage } from './normaliseMessage.js';
import { normalisePaths } from './normalisePaths.js';

/** What two failures share when they are the same failure. */
export interface FailureSignature {
  /** Twelve hex digits over message and frame. */
  readonly key: string;
  /** Normalised, one line. */
  readonly message: string;
  /** `file:line:column`, free of this machine's paths; null when none is known. */
  readonly frame: string | null;
}

/** Classes that nearly every failure has: naming them tells nothing. */
const plainNames: ReadonlySet<string> = new Set(['', 'Error', 'AssertionError']);

const longestName = 60;

/**
 * Recognises a failure across runs and machines.
 *
 * @param root - the suite's root, absolute; null when the paths in `failure` don't depend on it
 */
export function signatureOf(failure: FailureDetail, root: string | null = null): FailureSignature {
  const text = normaliseMessage(failure.message, root) || 'no message';
  const name = failure.name.slice(0, longestName);
  const message = plainNames.has(name) || text.startsWith(name) ? text : `${name}: ${text}`;
  const frame = failure.frame === null ? null : normaliseFrame(failure.frame, root);
  return { key: signatureKey(message, frame), message, frame };
}

/** Of a message and a frame that are normalised already, as a report holds them. */
export const signatureKey = (message: string, frame: string | null): string =>
  createHash('sha256')
    .update(`${message}\n${frame ?? ''}`)
    .digest('hex')
    .slice(0, 12);

/** Without the query that a dev server adds to a module's address. */
function normaliseFrame(frame: string, root: string | null): string {
  return normalisePaths(frame.replace(/\?[^:]*(?=:|$)/, ''), root).replaceAll('\\', '/');
}
