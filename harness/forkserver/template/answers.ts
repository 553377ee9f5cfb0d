import { readFileSync } from 'node:fs';
import type { RecordedAnswer } from '../protocol.js';

/** A call of Vitest's worker to its host. */
export interface RpcCall {
  readonly t: 'q';
  /** Absent where no answer is awaited. */
  readonly i?: string;
  readonly m: string;
  readonly a: readonly unknown[];
}

export const isRpcCall = (message: unknown): message is RpcCall =>
  typeof message === 'object' && message !== null && (message as { t?: unknown }).t === 'q';

/** What decides an answer: module, importer and environment; later arguments are about tracing. */
const argumentsThatCount = 3;

const keyOf = (method: string, args: readonly unknown[]) =>
  [method, ...args.slice(0, argumentsThatCount).map((each) => each ?? '')].join('\0');

/** Transforms that the host has written to a file are read here, once for all children. */
interface FetchResult {
  readonly code?: string;
  readonly cached?: boolean;
  readonly tmp?: string;
}

/** The host's answers of an earlier run, for calls whose answer does not change during a hunt. */
export class Answers {
  readonly #results = new Map<string, object | string>();
  readonly #methods = new Set<string>();
  readonly all: readonly RecordedAnswer[];

  /** @param major - of the Vitest: 5 keeps more than the code in those files, and reads them itself */
  constructor(recorded: readonly RecordedAnswer[], major: 3 | 4 | 5) {
    const inline = major === 5 ? (result: unknown) => result : inlined;
    this.all = recorded.map((answer) => ({ ...answer, result: inline(answer.result) }));
    for (const { method, args, result } of this.all) {
      if (result === null || (typeof result !== 'object' && typeof result !== 'string')) continue;
      this.#results.set(keyOf(method, args), result);
      this.#methods.add(method);
    }
  }

  /** A copy: Vitest adds to what it gets. */
  find(call: RpcCall): object | string | undefined {
    if (!this.#methods.has(call.m)) return undefined;
    const result = this.#results.get(keyOf(call.m, call.a));
    return typeof result === 'object' ? { ...result } : result;
  }
}

function inlined(result: unknown): unknown {
  if (typeof result !== 'object' || result === null) return result;
  const { cached, tmp, ...rest } = result as FetchResult;
  return cached && tmp !== undefined ? { code: readFileSync(tmp, 'utf8'), ...rest } : result;
}
