import { FlakehoundError, type JobStore } from '../../src/index.js';
import { findHunt, listHunts, resume } from '../history/huntReader.js';
import { asJson, type HuntRecord, type StoredHunt } from '../history/huntRecord.js';
import { NameBook } from '../history/names.js';
import { type TreeState, treeDifference } from '../history/treeState.js';
import type { Selection } from '../runner/executor.js';
import type { FailOn } from '../stats/exitJudgement.js';
import { conductHunt, type HuntCommand } from './conductHunt.js';
import type { ExitCode } from './exitCodes.js';
import type { Io } from './io.js';
import type { ReportTarget } from './reportTargets.js';

/** `flakehound hunt --resume`, complete. */
export interface ResumeCommand {
  /** null for the newest of the root that isn't finished. */
  readonly id: string | null;
  /** Absolute. */
  readonly root: string;
  /** null: as the hunt was asked for. */
  readonly failOn: FailOn | null;
  /** null: as the hunt was asked for. */
  readonly reports: readonly ReportTarget[] | null;
  readonly json: boolean;
}

/**
 * Goes on with a hunt that was cut off: by Ctrl-C, by a signal that nobody can catch, by a power
 * cut. Runs that had ended are not carried out again.
 *
 * @throws FlakehoundError `HISTORY_*`, `STORE_*`
 */
export async function resumeHunt(command: ResumeCommand, io: Io): Promise<ExitCode> {
  const store = await io.openHistory(command.root, 'resume');
  if (store === null) throw nothingToResume(command.root);
  let handedOver = false;
  try {
    const hunt = await choose(store, command, io);
    refuseMoved(hunt, command.root);
    const stored = await claim(store, hunt, io);
    const { resumption, continued } = await resume(store, stored, await NameBook.open(store));
    const plan = planOf(stored.record);
    await io.err.write(wordsOfStart(stored, continued.runs));
    handedOver = true;
    return await conductHunt(
      {
        ...plan,
        failOn: command.failOn ?? plan.failOn,
        reports: command.reports ?? plan.reports,
        json: command.json,
      },
      io,
      {
        store,
        continued,
        resumption,
        check: (tree, selection) => refuseOther(stored, tree, selection),
      },
    );
  } finally {
    if (!handedOver) await store.close();
  }
}

/** What `HuntKeeper` put into the record: the command but for how it prints. */
const planOf = (record: HuntRecord): Omit<HuntCommand, 'json'> =>
  record.plan as unknown as Omit<HuntCommand, 'json'>;

async function choose(store: JobStore, command: ResumeCommand, io: Io): Promise<StoredHunt> {
  const { id, root } = command;
  if (id === null) {
    const open = await listHunts(store, { limit: 20, isWanted: isOpen });
    const idle = open.find((hunt) => !isHeld(hunt, io));
    if (idle !== undefined) return idle;
    throw open[0] === undefined ? nothingToResume(root) : heldByOther(open[0]);
  }
  const hunt = await findHunt(store, id);
  if (hunt === null) {
    throw new FlakehoundError('HISTORY_NO_HUNT', `no hunt ${id} is stored under ${root}`, {
      hint: 'flakehound history lists the hunts there are',
    });
  }
  if (!isOpen(hunt)) {
    throw new FlakehoundError('HISTORY_ENDED', `the hunt ${id} has ended: ${hunt.job.status}`, {
      hint: `flakehound report ${id} shows it; flakehound hunt starts another one`,
    });
  }
  if (isHeld(hunt, io)) throw heldByOther(hunt);
  return hunt;
}

const isOpen = ({ job }: StoredHunt): boolean => job.status === 'active';

/** Of a process that can't be seen from here we take it that it is no more. */
const isHeld = ({ record }: StoredHunt, io: Io): boolean =>
  io.processes.state(record.holder) === 'alive';

/** Writes us into the record, unless another process was faster. */
async function claim(store: JobStore, hunt: StoredHunt, io: Io): Promise<StoredHunt> {
  const record: HuntRecord = { ...hunt.record, holder: io.processes.self() };
  try {
    const when = { ifVersion: hunt.job.version };
    const job = await store.update(hunt.id, { data: asJson(record) }, when);
    return { ...hunt, job, record };
  } catch (error) {
    if (error instanceof FlakehoundError && error.code === 'JOB_CONFLICT') throw heldByOther(hunt);
    throw error;
  }
}

/** What it began with names the old place: its config, its failures' paths. */
function refuseMoved({ id, record }: StoredHunt, root: string): void {
  const { root: before, seed } = record.started;
  if (before === root) return;
  throw changed(id, seed, `it began in ${before}, and this is ${root}`);
}

function refuseOther(hunt: StoredHunt, tree: TreeState, selection: Selection): void {
  const { started, tree: before } = hunt.record;
  const why =
    treeDifference(before, tree) ??
    unlike('Vitest', started.vitest, selection.vitest) ??
    unlike('Node', started.node, selection.node);
  if (why !== null) throw changed(hunt.id, started.seed, why);
}

const changed = (id: string, seed: number, why: string): FlakehoundError =>
  new FlakehoundError(
    'HISTORY_TREE_CHANGED',
    `the hunt ${id} cannot go on, for its runs would not be comparable: ${why}`,
    {
      hint: `go back to what it began with, or start another one: flakehound hunt --seed ${seed}`,
    },
  );

const unlike = (what: string, before: string, now: string): string | null =>
  before === now ? null : `it began with ${what} ${before}, and this is ${now}`;

function wordsOfStart({ id, record }: StoredHunt, runs: number): string {
  const { asked, conditions } = record.started;
  const all = asked.runs === null ? '' : ` of ${asked.runs * conditions.length}`;
  return `resuming hunt ${id}: ${runs}${all} runs are done\n`;
}

const nothingToResume = (root: string): FlakehoundError =>
  new FlakehoundError('HISTORY_NO_HUNT', `no unfinished hunt is stored under ${root}`, {
    hint: 'flakehound history lists the hunts there are; flakehound hunt starts one',
  });

const heldByOther = ({ id, record }: StoredHunt): FlakehoundError =>
  new FlakehoundError(
    'HISTORY_RUNNING',
    `the hunt ${id} is being carried out by process ${record.holder.pid}`,
    { hint: 'let it finish, or end it first: what it has found is not lost' },
  );
