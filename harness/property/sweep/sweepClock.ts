import type { Timers } from '../../faults/fileSystem/timers.js';
import type { FaultClock } from '../../faults/plan/faultClock.js';

/** Time in a sweep: stands still while anything moves, and jumps to the next timer when nothing does. */
export interface SweepClock extends FaultClock {
  /** As the global one, on this clock. @returns what {@link clearTimeout} takes */
  setTimeout(call: () => void, ms: number): number;
  clearTimeout(timer: number): void;
}

interface Timer {
  readonly id: number;
  readonly dueAt: number;
  readonly call: () => void;
}

/** A fake clock of the test's own that the code under test waits on: `clock` of the fixtures fits. */
export interface OtherClock {
  now(): number;
  /** Timers that wait for it. */
  readonly pending: number;
  /** Moves on by so many milliseconds, firing what falls due. */
  advance(ms: number): Promise<unknown>;
  /** Moves on to the next timer and fires it. */
  runNext(): Promise<unknown>;
}

/** A clock that its owner moves from timer to timer. */
export class SteppedClock implements SweepClock {
  private time = 0;
  private lastId = 0;
  private waiting: Timer[] = [];

  /** For the calls of a file system that wait by themselves: `rm` between its tries. */
  readonly timers: Timers = {
    block: (ms) => this.block(ms),
    start: (done, { ms }) => {
      const timer = this.setTimeout(done, ms);
      return () => this.clearTimeout(timer);
    },
  };

  readonly now = (): number => this.time;

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.setTimeout(resolve, ms);
    });

  /** Nobody else could move the clock meanwhile, so it moves by itself. */
  readonly block = (ms: number): void => {
    this.time += ms;
  };

  readonly setTimeout = (call: () => void, ms: number): number => {
    const id = ++this.lastId;
    this.waiting.push({ id, dueAt: this.time + Math.max(0, ms), call });
    return id;
  };

  readonly clearTimeout = (timer: number): void => {
    this.waiting = this.waiting.filter(({ id }) => id !== timer);
  };

  /** Milliseconds until the next timer; undefined when there is none. */
  get untilNextMs(): number | undefined {
    const next = this.next();
    return next === undefined ? undefined : Math.max(0, next.dueAt - this.time);
  }

  /**
   * Moves to the next timer and calls it.
   *
   * @returns false when there is none
   */
  step(): boolean {
    const next = this.next();
    if (next === undefined) return false;
    this.clearTimeout(next.id);
    this.time = Math.max(this.time, next.dueAt);
    next.call();
    return true;
  }

  /** Of timers due together, the one set first. */
  private next(): Timer | undefined {
    const [first, ...others] = this.waiting;
    return others.reduce((a, b) => (a !== undefined && b.dueAt >= a.dueAt ? a : b), first);
  }
}
