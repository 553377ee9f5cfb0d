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
  readonly #modules = new Map<string, object>();
  /** Vitest 5 asks once for all that the host has transformed: every such answer in one. */
  readonly warmModules: Record<string, object> | null;

  /** @param major - of the Vitest: 5 keeps more than the code in those files, and reads them itself */
  constructor(recorded: readonly RecordedAnswer[], major: 3 | 4 | 5) {
    const files = new Map<string, string>();
    const warm: Record<string, object> = {};
    for (const { method, args, result } of recorded) {
      if (result === null || (typeof result !== 'object' && typeof result !== 'string')) continue;
      if (method === 'fetchWarmModules') {
        Object.assign(warm, result);
        continue;
      }
      const whole = major === 4 && typeof result === 'object' ? inlined(result, files) : result;
      if (whole === null) continue;
      this.#results.set(keyOf(method, args), whole);
      this.#methods.add(method);
      if (method === 'fetch' && typeof whole === 'object') this.#addModule(String(args[0]), whole);
    }
    for (const [url, module] of Object.entries(warm)) this.#addModule(url, module);
    this.warmModules = Object.keys(warm).length === 0 ? null : warm;
  }

  /** Of those with code alone; a URL from the root means the same whoever imports it. */
  #addModule(url: string, module: object): void {
    if (url.startsWith('/') && ('code' in module || 'tmp' in module)) {
      this.#modules.set(url, module);
    }
  }

  /** Transformed modules by their URL. */
  modules(): ReadonlyMap<string, object> {
    return this.#modules;
  }

  /** A copy: Vitest adds to what it gets. */
  find(call: RpcCall): object | string | undefined {
    if (!this.#methods.has(call.m)) return undefined;
    const result = this.#results.get(keyOf(call.m, call.a));
    return typeof result === 'object' ? { ...result } : result;
  }
}

/**
 * @param files - what was read before, by path: a module is fetched once for each importer
 * @returns null when the host has removed the file: the child asks again
 */
function inlined(result: object, files: Map<string, string>): object | null {
  const { cached, tmp, ...rest } = result as FetchResult;
  if (!cached || tmp === undefined) return result;
  try {
    const code = files.get(tmp) ?? readFileSync(tmp, 'utf8');
    files.set(tmp, code);
    return { code, ...rest };
  } catch {
    return null;
  }
}
