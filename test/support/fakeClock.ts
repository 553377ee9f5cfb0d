import type { Clock } from '../../harness/runner/clock.js';

/** A clock that moves only when told to; timers due are called in order of their time. */
export interface FakeClock extends Clock {
  advance(ms: number): void;
  /** Timers not yet called or cancelled. */
  readonly pending: number;
}

interface Timer {
  at: number;
  readonly periodMs: number | null;
  readonly call: () => void;
}

/** Starts at 0 ms, at the time of day given. */
export function fakeClock(startsAt = '2026-01-02T03:04:05.678Z'): FakeClock {
  let now = 0;
  const timers = new Set<Timer>();
  const add = (timer: Timer): (() => void) => {
    timers.add(timer);
    return () => timers.delete(timer);
  };
  return {
    now: () => now,
    date: () => new Date(Date.parse(startsAt) + now),
    after: (delayMs, call) => add({ at: now + delayMs, periodMs: null, call }),
    every: (periodMs, call) => add({ at: now + periodMs, periodMs, call }),
    get pending() {
      return timers.size;
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const due = [...timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        now = due.at;
        if (due.periodMs === null) timers.delete(due);
        else due.at += due.periodMs;
        due.call();
      }
      now = until;
    },
  };
}
