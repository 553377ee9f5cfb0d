import { parseArgs } from 'node:util';

/** What the command line said. */
export interface BenchOptions {
  /** Names of scenarios; empty for all. */
  readonly only: readonly string[];
  readonly rounds: number | undefined;
  readonly dir: string | undefined;
  readonly peers: string | undefined;
  readonly seed: number;
  readonly json: boolean;
  readonly install: boolean;
  /** Stay with this Node, where another would be taken for its SQLite. */
  readonly thisNode: boolean;
}

export const usage = (known: readonly string[]): string =>
  `usage: bench:store [--only ${known.join('|')}]... [--rounds N] [--dir DIR] [--json]
                   [--install] [--peers DIR] [--this-node] [--seed N]`;

/** @returns what is wrong, in words, when something is */
export function parseOptions(
  words: readonly string[],
  known: readonly string[],
): BenchOptions | string {
  const parsed = parsedWords(words);
  if (typeof parsed === 'string') return parsed;
  const only = parsed.only ?? [];
  const stranger = only.find((name) => !known.includes(name));
  if (stranger !== undefined) return `no scenario is named ${stranger}`;
  const rounds = parsed.rounds === undefined ? undefined : Number(parsed.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1)) {
    return `--rounds is ${parsed.rounds}; expected a whole number from 1 on`;
  }
  const seed = Number(parsed.seed);
  if (!(Number.isInteger(seed) && seed >= 1)) {
    return `--seed is ${parsed.seed}; expected a whole number from 1 on`;
  }
  const { dir, peers, json, install } = parsed;
  return { only, rounds, dir, peers, seed, json, install, thisNode: parsed['this-node'] };
}

function parsedWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        only: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        dir: { type: 'string' },
        peers: { type: 'string' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        install: { type: 'boolean', default: false },
        'this-node': { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return (error as Error).message;
  }
}
