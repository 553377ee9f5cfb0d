import type { Instant, Millis } from '../units.js';

/** Takes back what was asked for; harmless when it has happened already. */
export type Cancel = () => void;

export interface Clock {
  /** The time of day; may jump, also backwards. */
  now(): Instant;
  /** For durations: never goes backwards; its zero means nothing. */
  elapsed(): Millis;
  /** Resolves after at least `delay`. */
  sleep(delay: Millis): Promise<void>;
  /** Calls `action` once after at least `delay`; doesn't keep the process alive. */
  after(delay: Millis, action: () => void): Cancel;
  /** Calls `action` once the current turn of the event loop, its microtasks included, is over. */
  soon(action: () => void): void;
}
