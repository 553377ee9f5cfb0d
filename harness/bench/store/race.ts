/** Somebody who does the same work as the others, in turns. */
export interface Contestant {
  readonly name: string;
  /** Before each turn; not timed. */
  before?(): Promise<void> | void;
  /** Does `units` pieces of the work; what a unit is, the scenario says. */
  turn(units: number): Promise<void> | void;
  close(): Promise<void> | void;
}

/** What a contestant took: microseconds of one unit, the mean of each round's turn. */
export interface RoundTimes {
  readonly name: string;
  readonly rounds: readonly number[];
}

export interface RaceOptions {
  readonly rounds: number;
  /** Units of one turn. */
  readonly units: number;
  /** Rounds before the first that counts. */
  readonly warmUps: number;
  /** From 0 up to 1; decides who comes when. */
  readonly chance: () => number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * Lets contestants take turns, in another order each round: whatever drifts on the machine meets
 * all alike, and nobody always follows the same other and pays for what that one left to the disk.
 * They are closed afterwards, however the race ends.
 */
export async function race(
  contestants: readonly Contestant[],
  { rounds, units, warmUps, chance, now }: RaceOptions,
): Promise<readonly RoundTimes[]> {
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  try {
    for (let round = -warmUps; round < rounds; round++) {
      for (const contestant of shuffled(contestants, chance)) {
        await contestant.before?.();
        const from = now();
        const done = contestant.turn(units);
        if (done) await done;
        const us = ((now() - from) * 1000) / units;
        if (round >= 0) times.get(contestant.name)?.push(us);
      }
    }
  } finally {
    for (const contestant of contestants) await contestant.close();
  }
  return [...times].map(([name, values]) => ({ name, rounds: values }));
}

/** A copy in random order (Fisher and Yates). */
export function shuffled<T>(values: readonly T[], chance: () => number): T[] {
  const mixed = [...values];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = Math.floor(chance() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other]!, mixed[at]!];
  }
  return mixed;
}

/** Numbers from 0 up to 1, the same for the same seed. Source: Marsaglia (2003), xorshift32. */
export function chanceFrom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
