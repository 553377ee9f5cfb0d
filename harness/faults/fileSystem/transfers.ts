import type { Position } from '../primitives.js';
import { isView } from './arguments.js';
import { textBytes } from './composites/writeFile.js';

/** One `read` or `write` with nothing left open. */
export interface Transfer {
  readonly view: NodeJS.ArrayBufferView;
  readonly offset: number;
  readonly length: number;
  readonly at: Position;
}

/** A transfer of text also remembers the text, since callers get it back. */
export interface WriteTransfer extends Transfer {
  readonly data: unknown;
}

const defaultReadBytes = 16384;

/**
 * The overloads of `read` after the descriptor: `(buffer, offset, length, position)`,
 * `(buffer, options)`, `(options)` or nothing.
 */
export function readTransfer(args: readonly unknown[]): Transfer {
  const [first, second, third, fourth] = args;
  if (isView(first)) {
    if (isOptions(second)) return sized(first, second);
    return sized(first, { offset: second, length: third, position: fourth });
  }
  const options = isOptions(first) ? first : {};
  const view = isView(options.buffer) ? options.buffer : Buffer.alloc(defaultReadBytes);
  return sized(view, options);
}

/**
 * The overloads of `write` after the descriptor: `(buffer, offset, length, position)`,
 * `(buffer, options)` or `(text, position, encoding)`.
 *
 * @throws what Node throws for data that is neither text nor bytes
 */
export function writeTransfer(args: readonly unknown[]): WriteTransfer {
  const [data, second, third, fourth] = args;
  if (isView(data)) {
    const options = isOptions(second)
      ? second
      : { offset: second, length: third, position: fourth };
    return { data, ...sized(data, options) };
  }
  const bytes = textBytes(data, typeof third === 'string' ? third : 'utf8');
  return { data, view: bytes, offset: 0, length: bytes.length, at: positionOf(second) };
}

/** A place in the file; absent, null or negative is the descriptor's own. */
export function positionOf(given: unknown): Position {
  if (typeof given !== 'number' && typeof given !== 'bigint') return null;
  return given >= 0 ? given : null;
}

function sized(view: NodeJS.ArrayBufferView, given: Record<string, unknown>): Transfer {
  const offset = (given.offset ?? 0) as number;
  const length = (given.length ?? view.byteLength - offset) as number;
  return { view, offset, length, at: positionOf(given.position) };
}

function isOptions(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !isView(value);
}
