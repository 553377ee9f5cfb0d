import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { FlakehoundError } from '../../../src/index.js';
import { commitOf } from '../../history/historyText.js';
import { listedHunt } from '../../history/huntList.js';
import { type ComparedHunt, renderComparison } from '../../report/comparison.js';
import { compareReports } from '../../stats/comparison.js';
import type { CliCommand } from '../command.js';
import { ExitCode } from '../exitCodes.js';
import { HuntSource, type SourcedHunt } from '../huntSource.js';
import type { Io } from '../io.js';
import { parseShare } from '../optionValues.js';

/** `flakehound compare`, complete. */
export interface CompareCommand {
  /** Absolute. */
  readonly root: string;
  /** As typed. */
  readonly before: string;
  readonly after: string;
  readonly confidence: number;
  readonly json: boolean;
}

interface RawCompareOptions {
  readonly root?: string;
  readonly confidence: number;
  readonly json?: true;
}

/** Says which tests got better or worse from one hunt to another. */
export const compareCommand: CliCommand<CompareCommand> = {
  name: 'compare',

  define(command: Command) {
    const what = "a stored hunt's id, a JSON report, or a git ref: its newest stored hunt";
    command
      .description('say which tests got better or worse from one hunt to another')
      .argument('<before>', what)
      .argument('<after>', 'the same')
      .option('--root <dir>', 'folder of the suite (default: the current one)')
      .addOption(
        new Option(
          '--confidence <share>',
          'that nothing is called better or worse which is the same',
        )
          .argParser(parseShare)
          .default(0.95),
      )
      .option('--json', 'print the comparison as JSON')
      .addHelpText(
        'after',
        '\nExits with 1 when a test got worse.' +
          '\n\nExamples:\n  flakehound compare main fix-queue\n  flakehound compare before.json after.json',
      );
  },

  resolve(parsed, { cwd }) {
    const raw = parsed.opts<RawCompareOptions>();
    const [before = '', after = ''] = parsed.args;
    return {
      root: resolve(cwd, raw.root ?? '.'),
      before,
      after,
      confidence: raw.confidence,
      json: raw.json ?? false,
    };
  },

  async execute(command, io) {
    const [before, after] = await HuntSource.use(io, command.root, async (source) => [
      await named(command.before, source, { command, io }),
      await named(command.after, source, { command, io }),
    ]);
    const comparison = compareReports(before.report, after.report, command.confidence);
    if (command.json) {
      const hunts = { before: before.report.hunt, after: after.report.hunt };
      await io.out.write(`${JSON.stringify({ ...hunts, ...comparison }, null, 2)}\n`);
    } else {
      const hunts = { before: compared(before), after: compared(after) };
      await io.out.write(renderComparison(comparison, hunts, io.out));
    }
    return comparison.worse.length > 0 ? ExitCode.found : ExitCode.clean;
  },
};

async function named(
  typed: string,
  source: HuntSource,
  { command, io }: { readonly command: CompareCommand; readonly io: Io },
): Promise<SourcedHunt> {
  const found = await source.find(typed);
  if (found !== null) return found;
  const commit = await io.git.commit(command.root, typed);
  if (commit === null) {
    throw new FlakehoundError(
      'HISTORY_NO_HUNT',
      `${typed} is no stored hunt, no report file and no commit`,
      { hint: 'flakehound history lists the hunts there are' },
    );
  }
  const atCommit = await source.atCommit(commit);
  if (atCommit !== null) return atCommit;
  throw new FlakehoundError(
    'HISTORY_NO_HUNT',
    `no hunt of ${typed} (${commit.slice(0, 10)}) is stored under ${command.root}`,
    { hint: `hunt there first: git switch --detach ${typed}, then flakehound hunt` },
  );
}

function compared({ report, stored }: SourcedHunt): ComparedHunt {
  if (stored === null) return { hunt: report.hunt, tree: '' };
  const listed = listedHunt(stored, false);
  const tree = [listed.branch ?? '', commitOf(listed)].filter((one) => one !== '').join(' ');
  return { hunt: report.hunt, tree };
}
