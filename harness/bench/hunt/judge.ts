import { bodyMs, type SuiteShape } from '../suites.js';
import type { Times } from './race.js';

/** A figure to reach. */
export interface Target {
  readonly what: string;
  readonly value: number;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly met: boolean;
}

export interface SuiteFigures {
  readonly shape: SuiteShape;
  /** Medians of one further run, in milliseconds. */
  readonly loopMs: number;
  readonly rerunMs: number;
  readonly huntMs: number;
  readonly portableMs: number;
  /** Medians of the rounds' own ratios: how many times faster. */
  readonly huntOverLoop: number;
  readonly huntOverRerun: number;
  readonly portableOverLoop: number;
  /** A whole hunt of 20 runs, its start and first runs included, against 20 turns of the loop. */
  readonly wholeHunt: number;
  readonly targets: readonly Target[];
  readonly wrong: readonly string[];
  /** What a reader must know of how the figures came about. */
  readonly remarks: readonly string[];
}

/** Runs of a hunt by default. */
const usualRuns = 20;

/** Compares what the race of one suite gave, and holds it to the targets. */
export function judge(shape: SuiteShape, workers: number, times: readonly Times[]): SuiteFigures {
  const [loop, rerun, hunt, portable] = ['loop', 'rerun', 'hunt', 'portable'].map(
    (name) => times.find((t) => t.name === name) ?? missing(name),
  ) as [Times, Times, Times, Times];
  const huntMs = median(hunt.roundsMs);
  const loopMs = median(loop.roundsMs);
  const huntOverLoop = medianRatio(loop, hunt);
  const portableOverLoop = medianRatio(loop, portable);
  const idealMs = (shape.files * shape.tests * bodyMs[shape.body]) / workers;
  return {
    shape,
    loopMs,
    rerunMs: median(rerun.roundsMs),
    huntMs,
    portableMs: median(portable.roundsMs),
    huntOverLoop,
    huntOverRerun: medianRatio(rerun, hunt),
    portableOverLoop,
    wholeHunt: (usualRuns * loopMs) / wholeHuntMs(hunt),
    targets: targetsOf(shape, { huntOverLoop, portableOverLoop, overIdeal: huntMs / idealMs }),
    wrong: times.flatMap((t) => t.wrong.map((words) => `${shape.name}, ${t.name}: ${words}`)),
    remarks: times.flatMap((t) => t.remarks.map((words) => `${shape.name}, ${t.name}: ${words}`)),
  };
}

function targetsOf(
  { name }: SuiteShape,
  of: { huntOverLoop: number; portableOverLoop: number; overIdeal: number },
): readonly Target[] {
  const least = (what: string, value: number, atLeast: number): Target => ({
    what: `${name}: ${what}`,
    value,
    atLeast,
    met: value >= atLeast,
  });
  switch (name) {
    case 'trivial20':
    case 'trivial100':
      return [
        least('loop / hunt', of.huntOverLoop, 10),
        least('loop / portable', of.portableOverLoop, 2.5),
      ];
    case 'heavy':
      return [
        least('loop / hunt', of.huntOverLoop, 5),
        least('loop / portable', of.portableOverLoop, 2.5),
      ];
    case 'async': {
      const what = `${name}: hunt / (test time / workers)`;
      return [{ what, value: of.overIdeal, atMost: 1.3, met: of.overIdeal <= 1.3 }];
    }
    default:
      return [];
  }
}

function wholeHuntMs({ openMs, warmUpsMs, roundsMs }: Times): number {
  const first = warmUpsMs.reduce((sum, ms) => sum + ms, openMs);
  return first + (usualRuns - warmUpsMs.length) * median(roundsMs);
}

/** Each round's own ratio first: a slow spell of the machine slows both of its sides. */
function medianRatio(slow: Times, fast: Times): number {
  return median(slow.roundsMs.map((ms, round) => ms / (fast.roundsMs[round] ?? Number.NaN)));
}

/** @param values - at least one */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

function missing(name: string): never {
  throw new Error(`no contestant named ${name}`);
}
