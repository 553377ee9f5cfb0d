import { resolve } from 'node:path';
import { Option } from 'commander';
import { renderTerminal } from '../../report/terminal.js';
import { exitJudgement, type FailOn } from '../../stats/exitJudgement.js';
import type { HuntReport } from '../../stats/huntReport.js';
import { mergeReports } from '../../stats/mergeReports.js';
import type { CliCommand } from '../command.js';
import { ExitCode } from '../exitCodes.js';
import { readReport } from '../readReport.js';
import {
  announcements,
  checkReportTargets,
  defineReportOption,
  parseReportTargets,
  type ReportTarget,
  writeReports,
} from '../reportTargets.js';

/** `flakehound merge`, complete. */
export interface MergeCommand {
  /** Absolute. */
  readonly files: readonly string[];
  readonly failOn: FailOn;
  readonly reports: readonly ReportTarget[];
}

/** Joins the JSON reports of shards and machines into one, and judges it. */
export const mergeCommand: CliCommand<MergeCommand> = {
  name: 'merge',

  define(command) {
    command
      .description('join the JSON reports of shards and machines into one')
      .argument('<files...>', 'JSON reports, as hunt --report json=FILE writes them')
      .addOption(
        new Option(
          '--fail-on <what>',
          'exit with 1 for flaky (or broken) tests, broken ones only, or never',
        )
          .choices(['flaky', 'broken', 'never'])
          .default('flaky'),
      );
    defineReportOption(command);
    command.addHelpText(
      'after',
      '\nExample:\n  flakehound merge shard-*.json --report json=all.json --report junit=all.xml',
    );
  },

  resolve(parsed, { cwd }) {
    const raw = parsed.opts<{ readonly failOn: FailOn; readonly report: readonly string[] }>();
    return {
      files: parsed.args.map((file) => resolve(cwd, file)),
      failOn: raw.failOn,
      reports: parseReportTargets(raw.report, cwd),
    };
  },

  async execute({ files, failOn, reports }, io) {
    await checkReportTargets(reports);
    const parts: HuntReport[] = [];
    for (const file of files) parts.push(await readReport(file));
    const merged = mergeReports(parts);
    await io.out.write(renderTerminal(merged, io.out) + announcements(merged, reports));
    await writeReports(merged, reports);
    return ExitCode[exitJudgement(merged, failOn)];
  },
};
