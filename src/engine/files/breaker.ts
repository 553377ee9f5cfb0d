import type { Millis } from '../../units.js';

/** `open`: refuses; `halfOpen`: one trial is under way and decides. */
export type BreakerState = 'closed' | 'open' | 'halfOpen';

/** When a breaker opens, and for how long. */
export interface BreakerPolicy {
  /** Failures in a row; at least 1. */
  readonly failures: number;
  readonly coolDown: Millis;
}

/** Keeps work away from a disk that fails again and again. */
export interface Breaker {
  readonly state: BreakerState;
  /**
   * Asks before a piece of work. `trial`: once cooled down, one piece is let through, and until it
   * is reported no other.
   */
  admit(): 'yes' | 'trial' | 'no';
  /** Reports how admitted work ended; what ends late, after the breaker opened, counts too. */
  succeeded(): void;
  failed(why?: unknown): void;
  /** Why work failed last; undefined once some succeeded. */
  readonly lastFailure: unknown;
  /** How long until it admits a trial; 0 when it admits now. */
  remaining(): Millis;
}

/**
 * A circuit breaker.
 *
 * @param elapsed - a clock that never goes backwards
 *
 * | state    | admit                        | succeeded | failed                          |
 * |----------|------------------------------|-----------|---------------------------------|
 * | closed   | yes                          | closed    | open after so many in a row     |
 * | open     | no; cooled down: trial, half | closed    | open, cooling down from now     |
 * | halfOpen | no                           | closed    | open, cooling down from now     |
 */
export function createBreaker(policy: BreakerPolicy, elapsed: () => Millis): Breaker {
  let state: BreakerState = 'closed';
  let failures = 0;
  let openUntil: Millis = 0;
  let lastFailure: unknown;
  const remaining = (): Millis => (state === 'open' ? Math.max(0, openUntil - elapsed()) : 0);
  return {
    get state() {
      return state;
    },
    admit() {
      if (state === 'closed') return 'yes';
      if (state === 'halfOpen' || remaining() > 0) return 'no';
      state = 'halfOpen';
      return 'trial';
    },
    succeeded() {
      state = 'closed';
      failures = 0;
      lastFailure = undefined;
    },
    failed(why) {
      failures++;
      lastFailure = why;
      if (failures < policy.failures) return;
      state = 'open';
      openUntil = elapsed() + policy.coolDown;
    },
    get lastFailure() {
      return lastFailure;
    },
    remaining,
  };
}
