/** How far the crash states of one sequence of effects are visited. */
export interface StateBound {
  /** Every subset of the unsynced effects is lost while there are at most so many. */
  readonly exhaustive: number;
  /**
   * Beyond that: every way to lose at most so many, every way to keep at most so many, and to lose
   * all from some effect on.
   */
  readonly few: number;
  /** Beyond that, too: so many random subsets per crash point, drawn from the seed. */
  readonly samples: number;
  /**
   * A torn write is combined with every subset of the others while there are at most so many; with
   * those that lose or keep at most one up to `exhaustive`, and with all or none beyond.
   */
  readonly exhaustiveTorn: number;
  /** Bytes at whose multiples (in the file) a write may tear. */
  readonly tornAt: readonly number[];
  /** How many places to tear one write at, per entry of `tornAt`: first, last, and between. */
  readonly cuts: number;
}

/** How far {@link StateBound} and the crashes inside recovery go. */
export interface CrashBound extends StateBound {
  /** The same inside recovery. */
  readonly recovery: StateBound;
  /** How many crashes in a row recovery meets; 0 visits none. */
  readonly recoveryCrashes: number;
  /** Stop after so many distinct states. */
  readonly states: number;
  readonly seed: number;
}

export const defaultBound: CrashBound = {
  exhaustive: 8,
  few: 2,
  samples: 32,
  exhaustiveTorn: 4,
  tornAt: [1, 512, 4096],
  cuts: 3,
  recovery: {
    exhaustive: 4,
    few: 1,
    samples: 4,
    exhaustiveTorn: 1,
    tornAt: [1, 512],
    cuts: 1,
  },
  recoveryCrashes: 1,
  states: 1_000_000,
  seed: 1,
};
