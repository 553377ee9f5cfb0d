import { renderJson } from '../report/json.js';
import { renderTerminal } from '../report/terminal.js';
import type { SuiteOptions } from '../runner/executor.js';
import { type HuntOptions, hunt } from '../runner/hunt.js';
import { exitJudgement, type FailOn } from '../stats/exitJudgement.js';
import type { HuntReport } from '../stats/huntReport.js';
import { createTally } from '../stats/tally.js';
import { errorText } from './errorText.js';
import { ExitCode } from './exitCodes.js';
import { prepareHuntFolder, storeHunt } from './huntFolder.js';
import type { Io } from './io.js';
import { createProgressDisplay } from './progressDisplay.js';
import {
  announcements,
  checkReportTargets,
  type ReportTarget,
  writeReports,
} from './reportTargets.js';

/** `flakehound hunt`, complete. */
export interface HuntCommand {
  readonly suite: SuiteOptions;
  readonly hunt: HuntOptions;
  readonly failOn: FailOn;
  readonly reports: readonly ReportTarget[];
  /** Events on stdout, in place of the table. */
  readonly json: boolean;
}

/**
 * Hunts, shows how it goes, prints and stores what was found, and judges it.
 *
 * Whatever ends the hunt once it has started, what was found until then is printed and stored.
 */
export async function conductHunt(command: HuntCommand, io: Io): Promise<ExitCode> {
  await checkReportTargets(command.reports);
  const executor = io.createExecutor(command.suite);
  const forget = io.onKill(() => executor.kill?.());
  const tally = createTally();
  const display = createProgressDisplay(io, tally);
  const ports = { executor, clock: io.clock, load: io.createLoad(), signal: io.signal };
  let started = false;
  let failure: { readonly error: unknown } | null = null;
  try {
    for await (const event of hunt(command.hunt, ports)) {
      if (event.type === 'huntStarted') {
        // Not sooner: what turns out to be no suite is left untouched.
        await prepareHuntFolder(command.suite.root);
        started = true;
      }
      tally.add(event);
      display.see(event);
      if (command.json) await io.out.write(`${JSON.stringify(event)}\n`);
    }
  } catch (error) {
    failure = { error };
  } finally {
    display.end();
    forget();
  }
  if (!started) {
    if (failure !== null) throw failure.error;
    await io.err.write('interrupted before the first run\n');
    return ExitCode.interrupted;
  }

  const report = tally.report(io.clock.date().getTime());
  // Stored before it is printed, and printed even if it can't be stored.
  const kept = await keep(report, command).catch((error: unknown) => ({ error }));
  if (!command.json) await io.out.write(renderTerminal(report, io.out));
  // In the stream of events, any other line would be none.
  await (command.json ? io.err : io.out).write(announcements(report, command.reports));
  if (kept !== undefined) failure ??= kept;
  if (failure !== null) {
    // Processes that share our terminal got the Ctrl-C too: their complaints are no news.
    if (!io.signal.aborted) throw failure.error;
    await io.err.write(errorText(failure.error, io.err));
  }
  if (report.hunt.interrupted) return ExitCode.interrupted;
  return ExitCode[exitJudgement(report, command.failOn)];
}

async function keep(report: HuntReport, { suite, reports }: HuntCommand): Promise<void> {
  try {
    await storeHunt(suite.root, report.hunt.id, renderJson(report));
  } finally {
    await writeReports(report, reports);
  }
}
