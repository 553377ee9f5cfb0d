const { setTimeout: start, clearTimeout: stop } = globalThis;

/** Time, for the calls that need it: `rm` between its tries, `watchFile` between its looks. */
export interface Timers {
  /** Holds the thread up for so many ms. */
  block(ms: number): void;
  /** @returns what stops it */
  start(done: () => void, how: { ms: number; keepsAlive: boolean }): () => void;
}

/** The real clock, as it was before anyone put a fake in its place. */
export const realTimers: Timers = {
  block: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  start: (done, { ms, keepsAlive }) => {
    const timer = start(done, ms);
    if (!keepsAlive) timer.unref();
    return () => stop(timer);
  },
};
