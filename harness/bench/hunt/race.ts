import type { Contestant } from './contestant.js';

/** What a contestant took. All in milliseconds. */
export interface Times {
  readonly name: string;
  readonly openMs: number;
  readonly warmUpsMs: readonly number[];
  /** Of one further run, one entry per round: the mean of that turn's runs. */
  readonly roundsMs: readonly number[];
  /** Runs whose result was not as it must be, in words. */
  readonly wrong: readonly string[];
  readonly remarks: readonly string[];
}

export interface RaceOptions {
  readonly rounds: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Ends the race before the next run. */
  readonly signal: AbortSignal;
  readonly onTurn: (name: string, round: number, ms: number) => void;
}

/**
 * Lets the contestants take turns, so that whatever drifts on the machine meets all alike; who
 * begins moves on by one each round, so that nobody always follows the same other. All are opened
 * and warmed up before the first round, and closed afterwards,
 * however the race ends.
 */
export async function race(
  contestants: readonly Contestant[],
  options: RaceOptions,
): Promise<readonly Times[]> {
  const entries = contestants.map((contestant) => ({
    contestant,
    times: { name: contestant.name, openMs: 0, warmUpsMs: [], roundsMs: [], wrong: [] } as Growing,
  }));
  try {
    for (const { contestant, times } of entries) {
      times.openMs = await timed(options.now, () => contestant.open());
      for (let run = 0; run < contestant.warmUps; run++) {
        times.warmUpsMs.push(await timedRun(contestant, times, options));
      }
    }
    for (let round = 0; round < options.rounds; round++) {
      for (let turn = 0; turn < entries.length; turn++) {
        const { contestant, times } = entries[(round + turn) % entries.length]!;
        let totalMs = 0;
        for (let run = 0; run < contestant.runsPerTurn; run++) {
          totalMs += await timedRun(contestant, times, options);
        }
        const ms = totalMs / contestant.runsPerTurn;
        times.roundsMs.push(ms);
        options.onTurn(contestant.name, round + 1, ms);
      }
    }
  } finally {
    for (const { contestant } of entries) await contestant.close();
  }
  return entries.map(({ contestant, times }) => ({ ...times, remarks: [...contestant.remarks] }));
}

interface Growing {
  name: string;
  openMs: number;
  warmUpsMs: number[];
  roundsMs: number[];
  wrong: string[];
}

async function timedRun(
  contestant: Contestant,
  times: Growing,
  { now, signal }: RaceOptions,
): Promise<number> {
  signal.throwIfAborted();
  return timed(now, async () => {
    const wrong = await contestant.run();
    if (wrong !== null) times.wrong.push(wrong);
  });
}

async function timed(now: () => number, act: () => Promise<void>): Promise<number> {
  const startedAt = now();
  await act();
  return now() - startedAt;
}
