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
 * Whatever ends the hunt once it has started, what was found until then is stored and printed,
 * and that before the suite is closed: a close that takes long must not cost the result.
 */
export async function conductHunt(command: HuntCommand, io: Io): Promise<ExitCode> {
  await checkReportTargets(command.reports);
  const executor = io.createExecutor(command.suite);
  const forget = io.onKill(() => executor.kill?.());
  const tally = createTally();
  const display = createProgressDisplay(io, tally);
  const onAbort = (): void => {
    display.end();
    void io.err.write('interrupted: ending the run under way; once more to stop at once\n');
  };
  io.signal.addEventListener('abort', onAbort, { once: true });
  const ports = { executor, clock: io.clock, load: io.createLoad(), signal: io.signal };
  let delivered: Delivered | null = null;
  try {
    for await (const event of hunt(command.hunt, ports)) {
      // Not sooner: what turns out to be no suite is left untouched.
      if (event.type === 'huntStarted') await prepareHuntFolder(command.suite.root);
      tally.add(event);
      display.see(event);
      if (command.json) await io.out.write(`${JSON.stringify(event)}\n`);
      if (event.type !== 'huntFinished') continue;
      display.end();
      delivered = await deliver(tally.report(), command, io);
    }
  } catch (error) {
    // Processes that share our terminal may get the Ctrl-C too: their complaints are no news.
    if (!io.signal.aborted) throw error;
    await io.err.write(errorText(error, io.err));
    return ExitCode.interrupted;
  } finally {
    display.end();
    forget();
    io.signal.removeEventListener('abort', onAbort);
  }
  if (delivered === null) return ExitCode.interrupted;
  if (delivered.failure !== null) throw delivered.failure.error;
  return delivered.exit;
}

/** What became of a report: how the hunt is judged, and what could not be written. */
interface Delivered {
  readonly exit: ExitCode;
  readonly failure: { readonly error: unknown } | null;
}

/** Stores a report, writes it where asked, and prints it even if that fails. */
async function deliver(report: HuntReport, command: HuntCommand, io: Io): Promise<Delivered> {
  const failure = await keep(report, command).then(
    () => null,
    (error: unknown) => ({ error }),
  );
  if (!command.json) await io.out.write(renderTerminal(report, io.out));
  // In the stream of events, any other line would be none.
  await (command.json ? io.err : io.out).write(announcements(report, command.reports));
  const judged = ExitCode[exitJudgement(report, command.failOn)];
  return { exit: report.hunt.interrupted ? ExitCode.interrupted : judged, failure };
}

async function keep(report: HuntReport, { suite, reports }: HuntCommand): Promise<void> {
  try {
    await storeHunt(suite.root, report.hunt.id, renderJson(report));
  } finally {
    await writeReports(report, reports);
  }
}
