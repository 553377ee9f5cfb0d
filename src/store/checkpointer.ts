import { checkpointFiles } from '../engine/files/manifest.js';
import { createPace } from '../engine/files/pace.js';
import type { WriteAheadLog } from '../engine/log/writeAheadLog.js';
import { putParentHash } from '../engine/readRecord.js';
import type { CheckpointEntry, ManifestKeeper, Pace } from '../engine/seam.js';
import type { FrozenState } from '../engine/state/frozenState.js';
import type { RecentState } from '../engine/state/recentState.js';
import { emptyTable } from '../engine/state/tableView.js';
import { openJobTable } from '../engine/tables/jobTable.js';
import { type LogTable, openLogTable } from '../engine/tables/logTable.js';
import { mergeJobs } from '../engine/tables/mergeJobs.js';
import type { Batches } from '../engine/tables/tableJob.js';
import type { TableLog } from '../engine/tables/tableLog.js';
import { writeJobTable } from '../engine/tables/writeJobTable.js';
import { writeLogTable } from '../engine/tables/writeLogTable.js';
import type { Platform } from '../ports/platform.js';
import type { Bytes, JobSeq } from '../units.js';
import type { StoreSettings } from './options.js';
import { entriesOf, type LogTables, rotateLogs } from './rotateLogs.js';
import type { Tables } from './tables.js';

/** What a checkpoint is made of, and where it goes. */
export interface CheckpointParts {
  readonly platform: Platform;
  readonly dir: string;
  readonly epoch: number;
  readonly settings: Pick<StoreSettings, 'checkpoint' | 'jobLogs'>;
  readonly keeper: ManifestKeeper;
  readonly log: WriteAheadLog;
  readonly state: RecentState;
  readonly tables: Tables;
  /** @throws when this process no longer owns the store */
  readonly fence: () => void;
  /** Writes what lies in no table into the log again, so that it outlives the log before the checkpoint. */
  readonly carryOver: () => Promise<void>;
  /** Nonces of recovery files that are merged and may still be there. */
  readonly merged: () => readonly string[];
}

const logsPerBatch = 64;
const releasedPerTurn = 512;
/** Each open begins a segment; so many may wait for a checkpoint. */
const manySegments = 8;

/** Makes checkpoints, one at a time. */
export class Checkpointer {
  readonly #parts: CheckpointParts;
  #running: Promise<void> | undefined;
  #nextTable: number;
  #made = 0;
  #last: CheckpointEntry | undefined;
  /** What `written` was when the last checkpoint began; what was replayed counts as written. */
  #writtenBefore: Bytes;

  constructor(parts: CheckpointParts) {
    this.#parts = parts;
    this.#nextTable = parts.keeper.current.nextTable;
    this.#last = parts.tables.current.checkpoint;
    this.#writtenBefore = -parts.log.sizes.used;
  }

  get made(): number {
    return this.#made;
  }

  get last(): CheckpointEntry | undefined {
    return this.#last;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Whether the log has grown so much that a checkpoint pays. Asked after every commit. */
  get isDue(): boolean {
    const { log, settings } = this.#parts;
    const grown = log.written - this.#writtenBefore;
    return (
      grown >= settings.checkpoint.logBytes &&
      grown * 2 >= (this.#last?.jobs.bytes ?? 0) &&
      log.durable > (this.#last?.position.lsn ?? 0)
    );
  }

  /** Whether a checkpoint pays at an open or a close: also where many of them have left a segment each. */
  get isWorthwhile(): boolean {
    return this.isDue || this.#parts.log.sizes.segments > manySegments;
  }

  /**
   * Makes everything that is durable now part of a checkpoint; one that is under way is waited for
   * first, for it began before.
   *
   * @throws FlakehoundError `CHECKPOINT_WRITE`, `STORE_MANIFEST`, and as the log's `rotate`; the
   * store then goes on as before
   */
  async make(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => undefined);
    this.#running = this.#make().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** Resolves when none is under way. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  async #make(): Promise<void> {
    const { platform, log, state, settings } = this.#parts;
    await log.rotate();
    // In one turn: the state as of the last durable group. What is on its way comes with the next
    // checkpoint; waiting until nothing is would be waiting for ever beside busy writers.
    const { position, written } = log;
    if (position.lsn === this.#last?.position.lsn) return;
    const frozen = state.freeze();
    const before = this.#last;
    try {
      await this.#parts.carryOver();
      const pace = createPace(platform.clock, settings.checkpoint.sliceMs);
      await this.#write(frozen, position, pace);
    } catch (error) {
      state.thaw();
      throw error;
    }
    this.#made++;
    this.#writtenBefore = written;
    await this.#clearUp(before);
  }

  async #write(
    frozen: FrozenState,
    position: CheckpointEntry['position'],
    pace: Pace,
  ): Promise<void> {
    const { platform, dir, keeper, state, tables } = this.#parts;
    const { storeId } = keeper.current;
    const place = { platform, dir, storeId, pace };
    const base = tables.current;
    const made: string[] = [];
    const name = (kind: 'jobs' | 'logs'): string => {
      made.push(`${kind}-${this.#parts.epoch}-${this.#nextTable++}`);
      return made.at(-1)!;
    };
    const opened: { close(): Promise<void> }[] = [];
    let mayBeNamed = false;
    try {
      const jobs = await writeJobTable({
        ...place,
        name: name('jobs'),
        lsn: position.lsn,
        lastSeq: frozen.lastSeq,
        jobs: mergeJobs(base.jobs, frozen.changes(), pace),
        parentHash: putParentHash,
      });
      const jobTable = await openJobTable({ platform, dir, storeId, entry: jobs });
      opened.push(jobTable);
      const write = async (entries: Batches<TableLog>): Promise<LogTable | undefined> => {
        const entry = await writeLogTable({ ...place, name: name('logs'), entries });
        if (entry === undefined) return undefined;
        const table = await openLogTable({ platform, dir, storeId, entry });
        opened.push(table);
        return table;
      };
      const logTables = await this.#writeLogs(base, write, pace);
      const checkpoint: CheckpointEntry = {
        position,
        at: platform.clock.now(),
        jobs,
        ...entriesOf(logTables),
        merged: this.#parts.merged(),
      };
      mayBeNamed = true;
      await keeper.change((now) => ({
        ...now,
        checkpoints: [checkpoint, ...now.checkpoints.slice(0, 1)],
        nextTable: this.#nextTable,
      }));
      this.#last = checkpoint;
      state.checkpointed(jobTable ?? emptyTable);
      await tables.replace({ checkpoint, jobs: jobTable, ...logTables });
    } catch (error) {
      for (const table of opened) await table.close().catch(() => undefined);
      // A manifest that could not be synced may be there all the same; a later checkpoint clears up.
      if (!mayBeNamed) await this.#unlink(made);
      throw error;
    }
  }

  /** The log tables of the next checkpoint: the old ones and what is new, some of them joined, the oldest dropped. */
  async #writeLogs(
    old: LogTables,
    write: (entries: Batches<TableLog>) => Promise<LogTable | undefined>,
    pace: Pace,
  ): Promise<LogTables> {
    const { state, settings } = this.#parts;
    const isThere = existing(state);
    const fresh = await write(batches(state.logs.frozenEntries(isThere)));
    return await rotateLogs({
      old: { ...old, logs: fresh === undefined ? old.logs : [...old.logs, fresh] },
      limits: settings.jobLogs,
      isThere,
      lastNumber: (seq) => state.logs.nextNumber(seq) - 1,
      write,
      pace,
    });
  }

  /** Gives back what no checkpoint and no replay needs any more. A failure costs space, and nothing else. */
  async #clearUp(before: CheckpointEntry | undefined): Promise<void> {
    const { platform, keeper, log, state } = this.#parts;
    while (state.release(releasedPerTurn)) {
      await new Promise<void>((resolve) => platform.clock.soon(resolve));
    }
    const [, older] = keeper.current.checkpoints;
    if (older !== undefined) await log.release(older.position.lsn).catch(() => undefined);
    if (before === undefined) return;
    // A successor may go on from what this owner has replaced.
    this.#parts.fence();
    const live = new Set(keeper.current.checkpoints.flatMap(checkpointFiles));
    const { dir } = this.#parts;
    const names = await platform.files.list(dir).catch(() => []);
    const ours = /^(jobs|logs)-\d+-\d+$/;
    await this.#unlink(names.filter((name) => ours.test(name) && !live.has(name)));
  }

  async #unlink(names: readonly string[]): Promise<void> {
    const { platform, dir } = this.#parts;
    for (const name of names) {
      await platform.files.unlink(platform.files.join(dir, name)).catch(() => undefined);
    }
  }
}

/** Whether a job is there, asked for many entries of the same job. */
function existing(state: RecentState): (seq: JobSeq) => boolean {
  const known = new Map<JobSeq, boolean>();
  return (seq) => {
    let isThere = known.get(seq);
    if (isThere === undefined) {
      isThere = state.isRecent(seq)
        ? state.recentStatus(seq) !== -1
        : state.table.readNow(seq) !== undefined;
      known.set(seq, isThere);
    }
    return isThere;
  };
}

function* batches(entries: Iterable<TableLog>): Generator<readonly TableLog[]> {
  let batch: TableLog[] = [];
  for (const entry of entries) {
    batch.push(entry);
    if (batch.length < logsPerBatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
