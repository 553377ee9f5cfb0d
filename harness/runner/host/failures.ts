import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import type { FailureDetail } from '../../events.js';

/** The parts of Vitest's serialised errors that we read; every one may be missing. */
export interface SerialError {
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly stackStr?: string;
  readonly cause?: SerialError;
  readonly VITEST_TEST_NAME?: string;
}

const messageLimit = 4_000;
const stackLimit = 6_000;
const causeLimit = 5;

/** Turns anything that was thrown, here or in a worker, into the form that reports keep. */
export function failureDetail(error: unknown, root: string): FailureDetail {
  if (typeof error !== 'object' || error === null) return plainFailure('Error', String(error));
  // An object may be thrown that only looks like an error.
  const e: Partial<Record<keyof SerialError, unknown>> = error;
  const stack = text(e.stack ?? e.stackStr);
  const messages = [text(e.message), ...causeMessages(e.cause)].filter((m) => m !== '');
  return {
    name: text(e.name) || 'Error',
    message: clip(messages.join('\ncaused by: '), messageLimit),
    stack: clip(stack, stackLimit),
    frame: topFrame(stack, root),
  };
}

/** A failure that no error object tells: a killed worker, a stalled one. */
export function plainFailure(name: string, message: string): FailureDetail {
  return { name, message, stack: '', frame: null };
}

/** Vitest words its own limits so in 3.2, 4 and 5. */
export function isTimeout(failure: FailureDetail): boolean {
  return /^(Test|Hook) timed out in \d+ ?ms/.test(failure.message);
}

const text = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : inspect(value);
};

/** An error may be its own cause: only so many are looked at. */
function causeMessages(first: unknown): string[] {
  const messages: string[] = [];
  let cause = first;
  for (let depth = 0; depth < causeLimit && cause !== undefined && cause !== null; depth++) {
    const { message, cause: next }: { message?: unknown; cause?: unknown } =
      typeof cause === 'object' ? cause : { message: cause };
    if (text(message) !== '') messages.push(text(message));
    cause = next;
  }
  return messages;
}

const clip = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length - limit} more characters)`;

/** `at name (path:line:column)`, `at async path:line:column` or the place alone. */
const frameLine = /^(?:at (?:async )?|.* \()?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/;

/** First frame of the stack inside the root and outside node_modules, as `file:line:column`. */
function topFrame(stack: string, root: string): string | null {
  for (const line of stack.split('\n')) {
    const match = line.includes('(eval at ') ? null : frameLine.exec(line.trim());
    const path = match?.[1]?.startsWith('file:') ? pathOf(match[1]) : match?.[1];
    if (!match || path === undefined || !isAbsolute(path)) continue;
    const inside = relative(root, path.replace(/\?[^/\\]*$/, ''))
      .split(sep)
      .join('/');
    // On Windows a path of another drive stays absolute.
    if (/^\.\.(\/|$)/.test(inside) || isAbsolute(inside)) continue;
    if (inside.split('/').includes('node_modules')) continue;
    return `${inside}:${match[2]}:${match[3]}`;
  }
  return null;
}

/** Undefined for a URL that names no file of this machine. */
function pathOf(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}
