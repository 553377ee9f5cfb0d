/** One way of running a suite again and again. */
export interface Contestant {
  readonly name: string;
  /** Runs in a row at each turn: more for quick ones, whose single run says little. */
  readonly runsPerTurn: number;
  /** Runs before the first that counts. */
  readonly warmUps: number;
  /** What it had to say beside results; grows. */
  readonly remarks: readonly string[];
  /** Readies what its further runs don't pay for. */
  open(): Promise<void>;
  /** Carries the whole suite through once. */
  run(): Promise<RunCheck>;
  close(): Promise<void>;
}

/** What is wrong with a run's result; null where every test passed, as all do in these suites. */
export type RunCheck = string | null;
