import { resolve } from 'node:path';
import type { Command } from 'commander';
import { FlakehoundError } from '../../../src/index.js';
import {
  renderHistory,
  renderHistoryJson,
  renderTestHistory,
  renderTestHistoryJson,
  type TestInHistory,
} from '../../history/historyText.js';
import { type ListedHunt, type TestInHunt, tallyOfTests } from '../../history/huntList.js';
import { type CliCommand, usageError } from '../command.js';
import { ExitCode } from '../exitCodes.js';
import { HuntSource, type ListedSource } from '../huntSource.js';
import { parseCount } from '../optionValues.js';

/** `flakehound history`, complete. */
export interface HistoryCommand {
  /** Absolute. */
  readonly root: string;
  /** Only tests whose file contains one of these; all where there is none. */
  readonly filters: readonly string[];
  /** Id, full name or a part of it; null for all tests. */
  readonly test: string | null;
  readonly branch: string | null;
  readonly limit: number;
  readonly json: boolean;
}

interface RawHistoryOptions {
  readonly root?: string;
  readonly test?: string;
  readonly branch?: string;
  readonly limit: number;
  readonly json?: true;
}

const usualLimit = 20;
const mostCandidates = 5;

/** Shows how hunts, or one test, came out over time. */
export const historyCommand: CliCommand<HistoryCommand> = {
  name: 'history',

  define(command: Command) {
    command
      .description('show how past hunts came out, or one test over time')
      .argument('[filters...]', 'count only tests whose file contains one of these')
      .option('--root <dir>', 'folder of the suite (default: the current one)')
      .option(
        '--test <name>',
        "one test's flake rate over time: its full name, a part of it, or its id",
      )
      .option('--branch <name>', 'only hunts on this branch')
      .option('--limit <n>', 'the newest so many hunts', parseCount, usualLimit)
      .option('--json', 'print a line of JSON for each hunt, not the table')
      .addHelpText(
        'after',
        '\nA star after a commit: files differed from it.' +
          '\nExits with 0 whatever it shows.' +
          '\n\nExample:\n  flakehound history --test "queue > drains" --branch main',
      );
  },

  resolve(parsed, { cwd }) {
    const raw = parsed.opts<RawHistoryOptions>();
    if (raw.test !== undefined && parsed.args.length > 0) {
      throw usageError(
        `--test shows one test, so ${parsed.args[0]} can't be given`,
        'write the file in front of the name: --test "src/a.test.ts > name"',
      );
    }
    return {
      root: resolve(cwd, raw.root ?? '.'),
      filters: parsed.args,
      test: raw.test ?? null,
      branch: raw.branch ?? null,
      limit: raw.limit,
      json: raw.json ?? false,
    };
  },

  async execute(command, io) {
    const text = await HuntSource.use(io, command.root, async (source) => {
      const hunts = await source.list(command);
      if (hunts.length === 0) throw noHunts(command);
      return command.test === null
        ? await huntsText(hunts, { command, source, view: io.out })
        : await testText(hunts, command.test, { command, source, view: io.out });
    });
    await io.out.write(text);
    return ExitCode.clean;
  },
};

interface Showing {
  readonly command: HistoryCommand;
  readonly source: HuntSource;
  readonly view: { readonly columns: number; readonly colour: boolean };
}

async function huntsText(hunts: readonly ListedSource[], how: Showing): Promise<string> {
  const { filters, json } = how.command;
  const rows: ListedHunt[] = [];
  let found = filters.length === 0;
  for (const { listed, tests } of hunts) {
    if (filters.length === 0) {
      rows.push(listed);
      continue;
    }
    const chosen = (await tests()).filter(({ test }) =>
      filters.some((filter) => test.file.includes(filter)),
    );
    found ||= chosen.length > 0;
    rows.push({ ...listed, tally: tallyOfTests(chosen, listed) });
  }
  if (!found) throw noSuchFile(filters);
  return json ? renderHistoryJson(rows) : renderHistory(rows, how.view);
}

async function testText(
  hunts: readonly ListedSource[],
  typed: string,
  { command, view }: Showing,
): Promise<string> {
  const exact: TestInHistory[] = [];
  const partly: TestInHistory[] = [];
  for (const { listed, tests } of hunts) {
    for (const one of await tests()) {
      const found = { ...one, hunt: listed };
      if (isNamed(one, typed)) exact.push(found);
      else if (placeOf(one).includes(typed)) partly.push(found);
    }
  }
  const history = exact.length > 0 ? exact : partly;
  const candidates = new Map(history.map((one) => [one.test.id, one]));
  if (candidates.size !== 1) throw notOneTest(typed, [...candidates.values()]);
  return command.json ? renderTestHistoryJson(history) : renderTestHistory(history, view);
}

const placeOf = ({ test }: TestInHunt): string => `${test.file} > ${test.name}`;

const isNamed = (one: TestInHunt, typed: string): boolean =>
  one.test.id === typed || one.test.name === typed || placeOf(one) === typed;

function notOneTest(typed: string, candidates: readonly TestInHunt[]): FlakehoundError {
  if (candidates.length === 0) {
    return usageError(
      `--test ${typed}: none of these hunts had such a test`,
      'type a part of its name, or raise --limit to look further back',
    );
  }
  const some = candidates.slice(0, mostCandidates).map((one) => `${one.test.id} ${placeOf(one)}`);
  const more = candidates.length - some.length;
  return usageError(
    `--test ${typed} may be ${candidates.length} tests: ${some.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    `type more of the name, or the id: --test ${candidates[0]?.test.id}`,
  );
}

const noSuchFile = (filters: readonly string[]): FlakehoundError =>
  usageError(
    `${filters.join(' ')}: none of these hunts had a test in such a file`,
    'type a part of its path, or raise --limit to look further back',
  );

const noHunts = ({ root, branch }: HistoryCommand): FlakehoundError =>
  new FlakehoundError(
    'HISTORY_NO_HUNT',
    `no hunt is stored under ${root}${branch === null ? '' : ` for branch ${branch}`}`,
    { hint: 'flakehound hunt stores one' },
  );
