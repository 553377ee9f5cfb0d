import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
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

/** Turns anything that was thrown, here or in a worker, into the form that reports keep. */
export function failureDetail(error: unknown, root: string): FailureDetail {
  const e = asError(error);
  const stack = clip(e.stack ?? e.stackStr ?? '', stackLimit);
  const causes = causeMessages(e);
  return {
    name: e.name || 'Error',
    message: clip([e.message ?? '', ...causes].filter(Boolean).join('\ncaused by: '), messageLimit),
    stack,
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

function asError(error: unknown): SerialError {
  if (typeof error === 'object' && error !== null) return error as SerialError;
  return { name: 'Error', message: String(error) };
}

function causeMessages(error: SerialError): string[] {
  const messages: string[] = [];
  let cause = error.cause;
  while (cause && typeof cause === 'object' && messages.length < 5) {
    if (cause.message) messages.push(cause.message);
    cause = cause.cause;
  }
  return messages;
}

const clip = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length - limit} more characters)`;

/** First frame of the stack inside the root and outside node_modules, as `file:line:column`. */
function topFrame(stack: string, root: string): string | null {
  for (const line of stack.split('\n')) {
    const match = /(?:\(|at |^\s*)((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+):(\d+)\)?$/.exec(
      line.trim(),
    );
    if (!match) continue;
    const path = match[1]?.startsWith('file:') ? fileURLToPath(match[1]) : (match[1] ?? '');
    const inside = relative(root, path.replace(/[?#].*$/, ''));
    if (inside.startsWith('..') || inside.split(/[\\/]/).includes('node_modules')) continue;
    return `${inside.split(sep).join('/')}:${match[2]}:${match[3]}`;
  }
  return null;
}
