import type { Clock } from '../../src/ports/clock.js';

/** The store's clock in a test's hands: time moves only when told to. */
export interface StoreClock extends Clock {
  /**
   * Goes on by `ms`, from timer to timer; after each of them, and at both ends, what runs on
   * promises and turns of the event loop gets its chance.
   */
  advance(ms: number): Promise<void>;
  /** Lets turns of the event loop pass, at the time that it is. */
  turns(count?: number): Promise<void>;
  /** Advances in steps until the work settles, and gives its result. */
  drive<T>(work: PromiseLike<T>, stepMs?: number): Promise<T>;
  /** The time of day jumps, forwards or back; no timer is moved by that. */
  jump(ms: number): void;
  /** Timers not yet called or cancelled. */
  readonly pending: number;
}

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** Makes one that starts at that time of day. */
export function storeClock(startsAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678)): StoreClock {
  let elapsed = 0;
  let offset = startsAt;
  const timers = new Set<Timer>();
  const turns = async (count = 3): Promise<void> => {
    for (let turn = 0; turn < count; turn++) await new Promise((done) => setImmediate(done));
  };
  const after: Clock['after'] = (delay, action) => {
    const timer = { at: elapsed + Math.max(0, delay), action };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const advance = async (ms: number): Promise<void> => {
    await turns();
    const until = elapsed + ms;
    for (;;) {
      const due = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      timers.delete(due);
      elapsed = Math.max(elapsed, due.at);
      due.action();
      await turns();
    }
    elapsed = until;
    await turns(1);
  };
  return {
    now: () => offset + elapsed,
    elapsed: () => elapsed,
    sleep: (delay) => new Promise((done) => void after(delay, done)),
    after,
    soon: (action) => void setImmediate(action),
    advance,
    turns,
    async drive(work, stepMs = 10) {
      let isSettled = false;
      const settled = () => {
        isSettled = true;
      };
      work.then(settled, settled);
      await turns();
      while (!isSettled) await advance(stepMs);
      return await work;
    },
    jump(ms) {
      offset += ms;
    },
    get pending() {
      return timers.size;
    },
  };
}
