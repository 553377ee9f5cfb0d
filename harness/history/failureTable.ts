import type { FailureDetail } from '../events.js';
import { signatureOf } from '../stats/signature.js';

/** As much of a message as decides its signature. */
const longestMessage = 4_096;
const longestName = 200;
const longestStack = 1_000;

/**
 * Numbers for the failures of one hunt: failures with one signature are kept once, as the first of
 * them was, which all reports take for the others too.
 */
export class FailureTable {
  readonly #root: string;
  readonly #numbers = new Map<string, number>();
  readonly #failures: FailureDetail[] = [];

  /** @param root - of the suite, absolute */
  constructor(root: string) {
    this.#root = root;
  }

  get size(): number {
    return this.#failures.length;
  }

  numberOf(failure: FailureDetail): number {
    const { key } = signatureOf(failure, this.#root);
    const seen = this.#numbers.get(key);
    if (seen !== undefined) return seen;
    this.#numbers.set(key, this.#failures.length);
    this.#failures.push({
      name: failure.name.slice(0, longestName),
      message: failure.message.slice(0, longestMessage),
      stack: failure.stack.slice(0, longestStack),
      frame: failure.frame,
    });
    return this.#failures.length - 1;
  }

  /** @returns undefined for a number that was never given */
  failure(number: number): FailureDetail | undefined {
    return this.#failures[number];
  }

  /** Those numbered from `first` on, as a run keeps them. */
  packedFrom(first: number): PackedFailures {
    return this.#failures
      .slice(first)
      .map(({ name, message, stack, frame }) => [name, message, stack, frame] as const);
  }

  /** Takes in what `packedFrom` gave, in the same order. */
  unpack(packed: PackedFailures): void {
    for (const [name, message, stack, frame] of packed) {
      const failure = { name, message, stack, frame };
      this.#numbers.set(signatureOf(failure, this.#root).key, this.#failures.length);
      this.#failures.push(failure);
    }
  }
}

/** What `FailureTable.packedFrom` gives. */
export type PackedFailures = readonly (readonly [
  name: string,
  message: string,
  stack: string,
  frame: string | null,
])[];
