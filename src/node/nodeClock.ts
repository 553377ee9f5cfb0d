import type { Cancel, Clock } from '../ports/clock.js';
import type { Millis } from '../units.js';

// Taken once: a test that fakes the globals later doesn't stop the store's time.
const { clearTimeout, setImmediate, setTimeout } = globalThis;
const dateNow = Date.now;
const elapsed = performance.now.bind(performance);

/** The most that a timer of Node can wait; it calls back at once when asked for more. */
const longest: Millis = 2 ** 31 - 1;

/** The clock of this machine. */
export function nodeClock(): Clock {
  return {
    now: () => dateNow(),
    elapsed: () => elapsed(),
    sleep: (delay) => new Promise((resolve) => startTimer(delay, resolve, true)),
    after: (delay, action) => startTimer(delay, action, false),
    soon: (action) => {
      setImmediate(action);
    },
  };
}

/** Timers of Node fire up to a millisecond early, and at once beyond 24 days: what is left is waited for again. */
function startTimer(delay: Millis, action: () => void, isHolding: boolean): Cancel {
  const due = elapsed() + delay;
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const left = Math.min(longest, Math.max(0, Math.ceil(due - elapsed())));
    timer = setTimeout(() => (elapsed() < due ? wait() : action()), left);
    if (!isHolding) timer.unref();
  };
  wait();
  return () => clearTimeout(timer);
}
