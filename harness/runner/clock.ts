/** Time as a hunt needs it; tests hand in one that they advance themselves. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary start. */
  now(): number;
  /** The time of day. */
  date(): Date;
  /** Calls once after `delayMs`, unless the returned function was called before. */
  after(delayMs: number, call: () => void): () => void;
  /** Calls every `periodMs` until the returned function is called. */
  every(periodMs: number, call: () => void): () => void;
}

/** `setTimeout` fires at once beyond this, so longer waits are taken in steps. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after(delayMs, call) {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, longestTimerMs);
      timer = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : call()), stepMs).unref();
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, call) {
    const timer = setInterval(call, periodMs).unref();
    return () => clearInterval(timer);
  },
};
