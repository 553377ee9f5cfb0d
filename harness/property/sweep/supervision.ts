import { type InFlight, RunStopped, type RunWatch } from './runWatch.js';
import type { OtherClock, SteppedClock } from './sweepClock.js';

/** How a workload ended. */
export type WorkloadOutcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  /** The plan stopped the world. */
  | { readonly kind: 'crashed' }
  | { readonly kind: 'hung'; readonly why: string };

/** How long a run may take before it counts as hung. */
export interface SweepLimits {
  /** Operations of one run. */
  readonly operations: number;
  /** Milliseconds on the sweep's clock. */
  readonly clockMs: number;
  /** Real milliseconds in which nothing moves, for code that waits on something else. */
  readonly stillMs: number;
}

/** Taken before a test puts fake timers in place. */
const realNow = performance.now.bind(performance);
const { setImmediate: immediate } = globalThis;

/** Turns of the event loop after which chains of promises have come to rest. */
const turnsToRest = 8;

/** Sees a workload through to its end, moving the clock when nothing else moves. */
export class Supervision {
  private readonly limits: SweepLimits;
  private readonly watch: RunWatch;
  private readonly inFlight: InFlight;
  private readonly clock: SteppedClock;
  private readonly otherClock: OtherClock | undefined;

  constructor(
    limits: SweepLimits,
    parts: {
      watch: RunWatch;
      inFlight: InFlight;
      clock: SteppedClock;
      otherClock: OtherClock | undefined;
    },
  ) {
    this.limits = limits;
    this.watch = parts.watch;
    this.inFlight = parts.inFlight;
    this.clock = parts.clock;
    this.otherClock = parts.otherClock;
  }

  /** Starts the work and waits until it has settled, and its operations with it. */
  async outcomeOf(work: () => Promise<unknown>): Promise<WorkloadOutcome> {
    let settled: WorkloadOutcome | undefined;
    void this.start(work).then((outcome) => {
      settled = outcome;
    });
    let why: string | undefined;
    while (settled === undefined && why === undefined) {
      const rested = await this.untilStill(() => settled !== undefined);
      if (rested && settled === undefined) why = await this.moveOn(() => settled !== undefined);
    }
    if (why === undefined) await this.seeOutStragglers();
    this.watch.stop();
    if (this.watch.isExceeded) why = `it asked for more than ${this.limits.operations} operations`;
    return why === undefined && settled !== undefined ? settled : { kind: 'hung', why: why ?? '' };
  }

  private async start(work: () => Promise<unknown>): Promise<WorkloadOutcome> {
    try {
      return { kind: 'returned', value: await work() };
    } catch (error) {
      if (error instanceof RunStopped) return { kind: 'hung', why: '' };
      return { kind: 'threw', error };
    }
  }

  /** Operations that nobody awaits any more belong to the run as well, however late they are. */
  private async seeOutStragglers(): Promise<void> {
    await this.untilStill(() => false);
    while (this.watch.pending > 0 && !this.watch.isExceeded && (await this.stepClocks())) {
      await this.untilStill(() => false);
    }
  }

  /** Waits until no operation moves; false when `isOver` came first. */
  private async untilStill(isOver: () => boolean): Promise<boolean> {
    let seen = this.watch.activity;
    for (let still = 0; still < turnsToRest; still++) {
      await turn();
      if (isOver()) return false;
      if (this.inFlight.count > 0 || this.watch.activity !== seen) still = 0;
      seen = this.watch.activity;
    }
    return true;
  }

  /** Moves the clock, or waits for what else may come; says why there is no hope. */
  private async moveOn(isOver: () => boolean): Promise<string | undefined> {
    const { clockMs, stillMs } = this.limits;
    if (this.watch.isExceeded) return '';
    if (await this.stepClocks()) {
      return this.clock.now() <= clockMs
        ? undefined
        : `it still waited after ${clockMs} ms on the sweep's clock`;
    }
    const seen = this.watch.activity;
    const since = realNow();
    do {
      await turn();
      if (isOver() || this.watch.activity !== seen) return undefined;
    } while (realNow() - since < stillMs);
    return 'it waits for what never comes: no operation is under way, no timer is set';
  }

  /** Moves to the next timer of either clock, both by the same; false when no timer is set. */
  private async stepClocks(): Promise<boolean> {
    const { clock, otherClock: other } = this;
    const ms = clock.untilNextMs;
    if (other === undefined) return clock.step();
    if (ms !== undefined) {
      await other.advance(ms);
      return clock.step();
    }
    if (other.pending === 0) return false;
    const before = other.now();
    await other.runNext();
    clock.block(other.now() - before);
    return true;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    immediate(resolve);
  });
}
