import type { SuiteError } from './huntReport.js';
import { byText } from './order.js';
import { type FailureSignature, signatureKey } from './signature.js';

/** The hunt a failure was first seen in: what its `firstRun` counts in, and how to repeat it. */
export interface Origin {
  readonly seed: number;
  readonly confidence: number;
  /** As typed. */
  readonly command: readonly string[];
}

/** A signature with its number, not yet with the command that repeats it. */
export interface SeenSignature extends FailureSignature {
  readonly count: number;
  readonly firstRun: number;
  readonly origin: Origin;
}

/** Beyond these a message holds something that no rule recognised as varying. */
const mostSignatures = 50;

const otherMessage = 'other failures';

const other: FailureSignature = {
  key: signatureKey(otherMessage, null),
  message: otherMessage,
  frame: null,
};

/** Counts failures by signature in bounded memory: those beyond the 50th kind become one entry. */
export class SignatureTally {
  readonly #seen = new Map<string, SeenSignature>();

  add(signature: FailureSignature, run: number, origin: Origin): void {
    this.#raise({ ...signature, count: 1, firstRun: run, origin });
  }

  /** Takes in what another hunt has reported: a test's or a file's signatures, or its errors. */
  absorb(reported: readonly SuiteError[], origin: Origin): void {
    for (const { message, frame, count, firstRun } of reported) {
      this.#raise({ key: signatureKey(message, frame), message, frame, count, firstRun, origin });
    }
  }

  /** Most frequent first, the entry for others last. */
  list(): SeenSignature[] {
    return [...this.#seen.values()].sort(
      (a, b) =>
        Number(a.key === other.key) - Number(b.key === other.key) ||
        b.count - a.count ||
        byText(a.key, b.key),
    );
  }

  #raise(more: SeenSignature): void {
    const kept = this.#seen.get(more.key);
    if (kept !== undefined) {
      // Runs of another hunt are numbered anew: the hunt that saw it first keeps its number.
      const sameHunt = kept.origin === more.origin;
      const firstRun = sameHunt ? Math.min(kept.firstRun, more.firstRun) : kept.firstRun;
      this.#seen.set(more.key, { ...kept, count: kept.count + more.count, firstRun });
    } else if (more.key === other.key || this.#named() < mostSignatures) {
      this.#seen.set(more.key, more);
    } else {
      this.#raise({ ...more, ...other });
    }
  }

  #named(): number {
    return this.#seen.size - (this.#seen.has(other.key) ? 1 : 0);
  }
}
