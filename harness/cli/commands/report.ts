import { resolve } from 'node:path';
import { renderTerminal } from '../../report/terminal.js';
import type { CliCommand } from '../command.js';
import { ExitCode } from '../exitCodes.js';
import { HuntSource } from '../huntSource.js';
import { readReport } from '../readReport.js';
import {
  announcements,
  checkReportTargets,
  defineReportOption,
  parseReportTargets,
  type ReportTarget,
  writeReports,
} from '../reportTargets.js';

/** `flakehound report`, complete. */
export interface ReportCommand {
  /** As typed: a file, or the id of a stored hunt; null for the last stored hunt of `root`. */
  readonly which: string | null;
  /** Absolute. */
  readonly root: string;
  readonly reports: readonly ReportTarget[];
}

/** Shows a stored hunt again, and writes it in other formats. */
export const reportCommand: CliCommand<ReportCommand> = {
  name: 'report',

  define(command) {
    command
      .description('show a stored hunt again, or write it in another format')
      .argument(
        '[which]',
        'a JSON report, or the id of a stored hunt (default: the last hunt stored under the root)',
      )
      .option('--root <dir>', 'folder of the suite (default: the current one)');
    defineReportOption(command);
    command.addHelpText(
      'after',
      '\nPrints the table; exits with 0 whatever it shows, since it judges nothing anew.' +
        '\n\nExample:\n  flakehound report --report md=summary.md\n  flakehound history        lists the ids',
    );
  },

  resolve(parsed, { cwd }) {
    const raw = parsed.opts<{ readonly root?: string; readonly report: readonly string[] }>();
    const [which] = parsed.args;
    return {
      which: which ?? null,
      root: resolve(cwd, raw.root ?? '.'),
      reports: parseReportTargets(raw.report, cwd),
    };
  },

  async execute({ which, root, reports }, io) {
    await checkReportTargets(reports);
    const report = await HuntSource.use(io, root, async (source) => {
      if (which === null) return (await source.last()).report;
      const found = await source.find(which);
      // Neither: reading it as a file says why best.
      return found?.report ?? (await readReport(resolve(io.cwd, which)));
    });
    await io.out.write(renderTerminal(report, io.out) + announcements(report, reports));
    await writeReports(report, reports);
    return ExitCode.clean;
  },
};
