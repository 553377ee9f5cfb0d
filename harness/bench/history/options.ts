import { parseArgs } from 'node:util';

/** What the command line said. */
export interface HistoryBenchOptions {
  /** Hunts in the store. */
  readonly hunts: number;
  /** Tests of each. */
  readonly tests: number;
  /** Runs of each; the newest ones, whose runs are kept, have `newestRuns`. */
  readonly runs: number;
  readonly newestRuns: number;
  /** Tests of the large hunt; 0 for none. */
  readonly large: number;
  readonly rounds: number;
  /** null: a folder of this package. */
  readonly dir: string | null;
  /** Keep the hunts, and take those that were kept. */
  readonly keep: boolean;
  readonly json: boolean;
}

export const usage = `usage: bench:history [--hunts N] [--tests N] [--runs N] [--newest-runs N] [--large N]
                     [--rounds N] [--dir DIR] [--keep] [--json]`;

/** @returns what is wrong, in words, when something is */
export function parseOptions(words: readonly string[]): HistoryBenchOptions | string {
  const parsed = parsedWords(words);
  if (typeof parsed === 'string') return parsed;
  const { dir, keep, json, ...typed } = parsed;
  const least = { hunts: 20, tests: 1, runs: 1, 'newest-runs': 1, large: 0, rounds: 1 };
  const numbers = new Map<string, number>();
  for (const [name, from] of Object.entries(least)) {
    const text = typed[name as keyof typeof typed];
    const number = Number(text);
    if (!Number.isInteger(number) || number < from) {
      return `--${name} is ${text}; expected a whole number from ${from} on`;
    }
    numbers.set(name, number);
  }
  const of = (name: keyof typeof least): number => numbers.get(name) ?? 0;
  return {
    hunts: of('hunts'),
    tests: of('tests'),
    runs: of('runs'),
    newestRuns: of('newest-runs'),
    large: of('large'),
    rounds: of('rounds'),
    dir: dir ?? null,
    keep,
    json,
  };
}

function parsedWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        hunts: { type: 'string', default: '1000' },
        tests: { type: 'string', default: '1000' },
        runs: { type: 'string', default: '3' },
        'newest-runs': { type: 'string', default: '20' },
        large: { type: 'string', default: '100000' },
        rounds: { type: 'string', default: '9' },
        dir: { type: 'string' },
        keep: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return (error as Error).message;
  }
}
