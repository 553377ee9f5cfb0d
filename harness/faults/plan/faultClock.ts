/** Time as faults need it: the trace reads it, delays pass it. */
export interface FaultClock {
  /** Milliseconds from an arbitrary start. */
  now(): number;
  /** Resolves once `ms` have passed; what a delay of a callback or promise call waits for. */
  sleep(ms: number): Promise<void>;
  /**
   * Passes `ms` while the caller stands still: what a delay of a synchronous call takes. A real
   * clock blocks the thread; a fake one moves on by `ms`, since nobody else could move it.
   */
  block(ms: number): void;
}

const { setTimeout: realSetTimeout } = globalThis;
const stillness = new Int32Array(new SharedArrayBuffer(4));

/** The machine's clock, whatever a test later puts in place of the global timers. */
export const systemFaultClock: FaultClock = {
  now: performance.now.bind(performance),
  sleep: (ms) => new Promise((resolve) => realSetTimeout(resolve, ms)),
  block: (ms) => void Atomics.wait(stillness, 0, 0, ms),
};
