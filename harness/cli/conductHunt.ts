import type { TreeState } from '../history/treeState.js';
import { renderTerminal } from '../report/terminal.js';
import type { Selection, SuiteOptions } from '../runner/executor.js';
import { type HuntOptions, hunt, type Resumption } from '../runner/hunt.js';
import { exitJudgement, type FailOn } from '../stats/exitJudgement.js';
import type { HuntReport } from '../stats/huntReport.js';
import { createTally } from '../stats/tally.js';
import { errorText } from './errorText.js';
import { ExitCode } from './exitCodes.js';
import { HuntKeeper, type StoredPlace } from './huntKeeper.js';
import type { Io } from './io.js';
import { createProgressDisplay } from './progressDisplay.js';
import {
  announcements,
  checkReportTargets,
  type ReportTarget,
  writeReports,
} from './reportTargets.js';
import { watchedExecutor } from './watchedExecutor.js';

/** `flakehound hunt`, complete. */
export interface HuntCommand {
  readonly suite: SuiteOptions;
  readonly hunt: HuntOptions;
  readonly failOn: FailOn;
  readonly reports: readonly ReportTarget[];
  /** Events on stdout, in place of the table. */
  readonly json: boolean;
}

/** A hunt that was cut off, to go on with. */
export interface ResumedHunt extends StoredPlace {
  readonly resumption: Resumption;
  /** @throws FlakehoundError `HISTORY_TREE_CHANGED` when its runs were of another suite */
  readonly check: (tree: TreeState, selection: Selection) => void;
}

/**
 * Hunts, shows how it goes, prints and stores what was found, and judges it.
 *
 * Whatever ends the hunt once it has started, what was found until then is stored and printed,
 * and that before the suite is closed: a close that takes long must not cost the result.
 */
export async function conductHunt(
  command: HuntCommand,
  io: Io,
  resumed: ResumedHunt | null = null,
): Promise<ExitCode> {
  const keeper = new HuntKeeper(command, io, resumed);
  try {
    await checkReportTargets(command.reports);
    return await carryOut(command, io, { keeper, resumed });
  } finally {
    await keeper.close();
  }
}

async function carryOut(
  command: HuntCommand,
  io: Io,
  { keeper, resumed }: { readonly keeper: HuntKeeper; readonly resumed: ResumedHunt | null },
): Promise<ExitCode> {
  const executor = io.createExecutor(command.suite);
  const forget = io.onKill(() => executor.kill?.());
  const tally = createTally();
  const display = createProgressDisplay(io, tally, resumed?.resumption.elapsedMs ?? null);
  const onAbort = (): void => {
    display.end();
    void io.err.write('interrupted: ending the run under way; once more to stop at once\n');
  };
  io.signal.addEventListener('abort', onAbort, { once: true });
  const watched = watchedExecutor(
    executor,
    { root: command.suite.root, git: io.git },
    async (tree, selection) => {
      resumed?.check(tree, selection);
      await keeper.begin(tree);
    },
  );
  const ports = { executor: watched, clock: io.clock, load: io.createLoad(), signal: io.signal };
  let delivered: Delivered | null = null;
  try {
    for await (const event of hunt(command.hunt, ports, resumed?.resumption ?? null)) {
      await keeper.see(event);
      tally.add(event);
      display.see(event);
      if (command.json) await io.out.write(`${JSON.stringify(event)}\n`);
      if (event.type !== 'huntFinished') continue;
      display.end();
      delivered = await deliver(tally.report(), command, { io, keeper });
    }
  } catch (error) {
    // Processes that share our terminal may get the Ctrl-C too: their complaints are no news.
    if (!io.signal.aborted) {
      await keeper.fail(error);
      throw error;
    }
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

/** Keeps a report, writes it where asked, and prints it even if that fails. */
async function deliver(
  report: HuntReport,
  command: HuntCommand,
  { io, keeper }: { readonly io: Io; readonly keeper: HuntKeeper },
): Promise<Delivered> {
  let failure: Delivered['failure'] = null;
  let isOpen = false;
  try {
    isOpen = await keeper.finish(report);
  } catch (error) {
    failure = { error };
  }
  try {
    await writeReports(report, command.reports);
  } catch (error) {
    failure = { error };
  }
  if (!command.json) await io.out.write(renderTerminal(report, io.out));
  // In the stream of events, any other line would be none.
  await (command.json ? io.err : io.out).write(announcements(report, command.reports));
  if (isOpen && io.signal.aborted) {
    await io.err.write(`to go on with it: flakehound hunt --resume ${report.hunt.id}\n`);
  }
  const judged = ExitCode[exitJudgement(report, command.failOn)];
  return { exit: report.hunt.interrupted ? ExitCode.interrupted : judged, failure };
}
