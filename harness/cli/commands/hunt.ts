import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type ConditionName, conditionNames, type HuntAsked } from '../../events.js';
import type { FailOn } from '../../stats/exitJudgement.js';
import { type CliCommand, usageError, type Where } from '../command.js';
import { conductHunt, type HuntCommand } from '../conductHunt.js';
import {
  parseConditions,
  parseCount,
  parseDuration,
  parseSeed,
  parseShare,
} from '../optionValues.js';
import { defineReportOption, parseReportTargets } from '../reportTargets.js';
import { type ResumeCommand, resumeHunt } from '../resumeHunt.js';
import { defineSuiteOptions, type RawSuiteOptions, resolveSuiteOptions } from '../suiteOptions.js';

interface RawHuntOptions extends RawSuiteOptions {
  readonly runs?: number;
  readonly for?: number;
  readonly untilFailure?: true;
  readonly prove?: number;
  readonly confidence: number;
  readonly order: 'declared' | 'shuffled';
  readonly conditions: readonly ConditionName[];
  readonly seed?: number;
  readonly failOn: FailOn;
  readonly report: readonly string[];
  readonly json?: true;
  readonly resume?: string | true;
}

/** A new hunt, or one that goes on. */
type HuntOrResume =
  | { readonly kind: 'hunt'; readonly command: HuntCommand }
  | { readonly kind: 'resume'; readonly command: ResumeCommand };

/** Runs where nothing else was to end the hunt. */
const usualRuns = 20;

const examples = `
Examples:
  flakehound hunt                              20 runs of the whole suite
  flakehound hunt src/queue --for 10m          as many runs as fit into ten minutes
  flakehound hunt --prove 1%                   until no test can be 1 % flaky without having shown it
  flakehound hunt --conditions baseline,shuffled,stressed --report json=hunt.json

Exit codes: 0 clean, 1 flaky or broken found, 2 usage, 3 environment, 70 our bug, 130 interrupted.
Every hunt is stored in .flakehound/ under the root: flakehound report shows it again, and
--resume goes on with one that was cut off, by whatever, without losing or repeating a finished run.`;

/** Repeats the suite and reports true flake rates. */
export const huntCommand: CliCommand<HuntOrResume> = {
  name: 'hunt',

  define(command) {
    command.description('repeat the suite many times and report true flake rates');
    defineEnding(command);
    defineConditions(command);
    defineSuiteOptions(command);
    command.optionsGroup('Results:');
    command.addOption(
      new Option(
        '--fail-on <what>',
        'exit with 1 for flaky (or broken) tests, broken ones only, or never',
      )
        .choices(['flaky', 'broken', 'never'])
        .default('flaky'),
    );
    defineReportOption(command);
    command
      .option(
        '--resume [id]',
        'go on with a hunt that was cut off, with the options it had (default: the newest one)',
      )
      .option('--json', 'print every event as a line of JSON on stdout, not the table')
      .addHelpText('after', examples);
  },

  resolve(parsed, where) {
    const raw = parsed.opts<RawHuntOptions>();
    if (raw.resume !== undefined) return resolveResume(parsed, raw.resume, where);
    const suite = resolveSuiteOptions(raw, parsed.args, where.cwd);
    if (raw.order === 'shuffled' && raw.conditions.includes('shuffled')) {
      throw usageError(
        '--order shuffled makes every condition shuffled, so --conditions shuffled adds none',
        'drop --order shuffled, or drop shuffled from --conditions',
      );
    }
    const command: HuntCommand = {
      suite,
      hunt: {
        id: where.freshHuntId(),
        seed: raw.seed ?? where.freshSeed(),
        root: suite.root,
        command: where.typed,
        asked: resolveAsked(raw),
        confidence: raw.confidence,
        conditions: raw.conditions,
        order: raw.order,
        shard: suite.shard,
      },
      failOn: raw.failOn,
      reports: parseReportTargets(raw.report, where.cwd),
      json: raw.json ?? false,
    };
    return { kind: 'hunt', command };
  },

  execute: (options, io) =>
    options.kind === 'resume' ? resumeHunt(options.command, io) : conductHunt(options.command, io),
};

/** Of a hunt that goes on, only how its result is given may be changed. */
const changeable: ReadonlySet<string> = new Set(['resume', 'root', 'failOn', 'report', 'json']);

function resolveResume(parsed: Command, resume: string | true, where: Where): HuntOrResume {
  const raw = parsed.opts<RawHuntOptions>();
  const isTyped = (name: string): boolean => parsed.getOptionValueSource(name) === 'cli';
  const other = parsed.options.find(
    (option) => isTyped(option.attributeName()) && !changeable.has(option.attributeName()),
  );
  const [filter] = parsed.args;
  const surplus = other?.long ?? filter;
  if (surplus !== undefined) {
    throw usageError(
      `--resume goes on with the options that the hunt had, so ${surplus} can't be given`,
      `drop ${surplus}, or drop --resume to start another hunt`,
    );
  }
  const command: ResumeCommand = {
    id: resume === true ? null : resume,
    root: resolve(where.cwd, raw.root ?? '.'),
    failOn: isTyped('failOn') ? raw.failOn : null,
    reports: isTyped('report') ? parseReportTargets(raw.report, where.cwd) : null,
    json: raw.json ?? false,
  };
  return { kind: 'resume', command };
}

function resolveAsked(raw: RawHuntOptions): HuntAsked {
  const endsOtherwise =
    raw.for !== undefined || raw.untilFailure === true || raw.prove !== undefined;
  return {
    runs: raw.runs ?? (endsOtherwise ? null : usualRuns),
    forMs: raw.for ?? null,
    untilFailure: raw.untilFailure ?? false,
    prove: raw.prove ?? null,
  };
}

function defineEnding(command: Command): void {
  command
    .optionsGroup('When to end (whichever comes first):')
    .option(
      '--runs <n>',
      `after so many runs in each condition (default: ${usualRuns}, or no limit with an option below)`,
      parseCount,
    )
    .option(
      '--for <duration>',
      'after so long: the last run may finish, unless it overruns by half and by a minute',
      parseDuration,
    )
    .option('--until-failure', 'after the first run with a failure')
    .option(
      '--prove <rate>',
      "once each test's flake rate is shown to be below this, or the test to be flaky or broken",
      parseShare,
    )
    .addOption(
      new Option('--confidence <share>', 'of every interval and proof')
        .argParser(parseShare)
        .default(0.95),
    );
}

function defineConditions(command: Command): void {
  command
    .optionsGroup('What to vary:')
    .addOption(
      new Option('--order <order>', 'of files and tests; shuffled anew in each run')
        .choices(['declared', 'shuffled'])
        .default('declared'),
    )
    .addOption(
      new Option('--conditions <list>', `conditions that take turns: ${conditionNames.join(', ')}`)
        .argParser(parseConditions)
        .default(['baseline'], 'baseline'),
    )
    .option('--seed <n>', 'repeat the orders of a former hunt (default: a new one)', parseSeed);
}
