import type { Clock } from '../../ports/clock.js';
import type { Millis } from '../../units.js';

/**
 * So many intervals without a word are silence. Several short ones rather than a long one: a process
 * that was stopped itself wakes to one timer that is due, not to all of them.
 */
export const silentIntervals = 5;

/** What a watch looks at. */
export interface SilenceWatchParts {
  readonly clock: Clock;
  readonly interval: Millis;
  /** Whether something is awaited from the other side. */
  readonly isWaiting: () => boolean;
  /** Asks the other side for a sign of life. */
  readonly ask: () => void;
  readonly giveUp: () => void;
}

/**
 * Notices that the other side has stopped answering, though it is there: a process that was stopped,
 * or whose event loop is held. An answer that takes its time is no silence, as long as the other side
 * says that it lives.
 */
export class SilenceWatch {
  private readonly parts: SilenceWatchParts;
  private isRunning = false;
  private silent = 0;

  constructor(parts: SilenceWatchParts) {
    this.parts = parts;
  }

  /** Called for each message. */
  heard(): void {
    this.silent = 0;
  }

  /** Called when something is awaited; watches until nothing is. */
  begin(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.silent = 0;
    this.wait();
  }

  private wait(): void {
    this.parts.clock.after(this.parts.interval, () => this.look());
  }

  private look(): void {
    const { isWaiting, ask, giveUp } = this.parts;
    if (!isWaiting()) {
      this.isRunning = false;
    } else if (++this.silent > silentIntervals) {
      giveUp();
    } else {
      ask();
      this.wait();
    }
  }
}
