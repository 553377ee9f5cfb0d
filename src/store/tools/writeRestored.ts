import { createByteSink, putBytes } from '../../engine/byteSink.js';
import { createPace } from '../../engine/files/pace.js';
import type { WholeBackup } from '../../engine/files/readBackup.js';
import { writeFully } from '../../engine/files/writeFully.js';
import { finishGroup, groupBytes, groupHeaderBytes } from '../../engine/log/groupCodec.js';
import { writeFailure } from '../../engine/log/logFailure.js';
import { createSegmentFile } from '../../engine/log/segmentFile.js';
import { segmentHeaderBytes } from '../../engine/log/segmentHeader.js';
import { putParentHash } from '../../engine/readRecord.js';
import type {
  CheckpointEntry,
  JobTableEntry,
  LogManifest,
  LogTableEntry,
  Pace,
} from '../../engine/seam.js';
import { openJobTable } from '../../engine/tables/jobTable.js';
import { openLogTable } from '../../engine/tables/logTable.js';
import type { TableLog } from '../../engine/tables/tableLog.js';
import { writeJobTable } from '../../engine/tables/writeJobTable.js';
import { writeLogTable } from '../../engine/tables/writeLogTable.js';
import type { Platform } from '../../ports/platform.js';
import type { Bytes, Lsn } from '../../units.js';
import { RestoredRecords } from './restoredRecords.js';

/** Where a backup's records go. */
export interface RestorePlace {
  readonly platform: Platform;
  readonly from: string;
  readonly dir: string;
  /** Of the owner who restores. */
  readonly epoch: number;
}

/** Files of a store that no manifest names so far. All of them are durable. */
export interface RestoredFiles {
  readonly storeId: string;
  readonly backup: WholeBackup;
  readonly checkpoint: CheckpointEntry;
  readonly log: LogManifest;
  readonly nextTable: number;
  readonly logEntries: number;
  readonly errorEvents: number;
}

const slice = 4;

/** As an owner with the usual options would close them. */
const logFileBytes: Bytes = 8 * 1024 * 1024;

const generation = 1;

/**
 * Writes a checkpoint, and a log behind it with the error events, and reads the tables back. Where
 * this fails, what was written is taken away again.
 *
 * @throws FlakehoundError `CHECKPOINT_WRITE`, `CHECKPOINT_CORRUPT`, `STORE_WRITE`, `STORE_DISK_FULL`,
 * `BACKUP_CORRUPT`
 */
export async function writeRestored(place: RestorePlace): Promise<RestoredFiles> {
  const { platform, from } = place;
  const records = new RestoredRecords(platform, from);
  const writing = new Writing(place);
  try {
    return await writing.all(records);
  } catch (error) {
    await writing.remove();
    throw error;
  } finally {
    await records.close();
  }
}

class Writing {
  readonly #place: RestorePlace;
  readonly #pace: Pace;
  readonly #storeId: string;
  readonly #made: string[] = [];
  #nextTable = 1;

  constructor(place: RestorePlace) {
    const { clock, random } = place.platform;
    this.#place = place;
    this.#pace = createPace(clock, slice);
    this.#storeId = Buffer.from(random.bytes(16)).toString('hex');
  }

  async all(records: RestoredRecords): Promise<RestoredFiles> {
    const { platform, dir, epoch } = this.#place;
    const names = await platform.files.list(dir);
    this.#nextTable = 1 + highest(names, /^(?:jobs|logs)-\d+-(\d+)$/);
    const head = await records.head();
    const jobs = await this.#jobTable(records, head.lsn, head.lastSeq);
    const lastNumbers = await this.#logTable(records.lastNumbers());
    const logs = await this.#logTables(records);
    const events = await records.errorEvents();
    const backup = await records.end();
    const number = 1 + highest(names, /^wal-\d+-(\d+)$/);
    const name = `wal-${epoch}-${number}`;
    const segment = await this.#segment(name, events, backup.lsn);
    return {
      storeId: this.#storeId,
      backup,
      checkpoint: {
        position: { lsn: backup.lsn, chain: 0 },
        at: platform.clock.now(),
        jobs,
        logs,
        ...(lastNumbers === undefined ? {} : { lastNumbers }),
        merged: [],
      },
      log: {
        segments: segment === undefined ? [] : [segment],
        spares: [],
        nextGeneration: generation + 1,
        nextSegment: number + 1,
      },
      nextTable: this.#nextTable,
      logEntries: records.logEntries,
      errorEvents: events.length,
    };
  }

  async remove(): Promise<void> {
    const { files } = this.#place.platform;
    for (const name of this.#made) {
      // What stays is swept at the next open.
      await files.unlink(files.join(this.#place.dir, name)).catch(() => undefined);
    }
  }

  async #jobTable(records: RestoredRecords, lsn: Lsn, lastSeq: number): Promise<JobTableEntry> {
    const jobs = records.jobs();
    const parentHash = putParentHash;
    const to = this.#table('jobs');
    const entry = await writeJobTable({ ...to, lsn, lastSeq, jobs, parentHash });
    await this.#verify(await openJobTable({ ...this.#read(), entry, parentHash }));
    return entry;
  }

  async #logTables(records: RestoredRecords): Promise<readonly LogTableEntry[]> {
    const tables: LogTableEntry[] = [];
    for (;;) {
      const entry = await this.#logTable(records.logs(logFileBytes));
      if (entry === undefined) return tables;
      tables.push(entry);
    }
  }

  async #logTable(
    entries: AsyncGenerator<readonly TableLog[]>,
  ): Promise<LogTableEntry | undefined> {
    const entry = await writeLogTable({ ...this.#table('logs'), entries });
    if (entry !== undefined) await this.#verify(await openLogTable({ ...this.#read(), entry }));
    return entry;
  }

  async #segment(name: string, events: readonly Buffer[], lsn: Lsn) {
    if (events.length === 0) return undefined;
    const { platform, dir, epoch } = this.#place;
    const sink = createByteSink(64 * 1024);
    sink.at = groupHeaderBytes;
    for (const event of events) putBytes(sink, event);
    const facts = { generation, chain: 0, firstLsn: lsn + 1, count: events.length };
    finishGroup(sink, facts, platform.crc32);
    const total = groupBytes(sink.at - groupHeaderBytes);
    const sealedAt = segmentHeaderBytes + total;
    this.#made.push(name);
    const { storeId } = this.#read();
    try {
      const header = { storeId, epoch, generation, capacity: sealedAt };
      const file = await createSegmentFile({ ...platform, dir }, name, header);
      try {
        await writeFully(file, sink.bytes.subarray(0, total), segmentHeaderBytes);
        await file.dataSync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw writeFailure(error, dir);
    }
    return { name, epoch, generation, sealedAt, lastLsn: lsn + events.length };
  }

  #table(kind: 'jobs' | 'logs') {
    const name = `${kind}-${this.#place.epoch}-${this.#nextTable++}`;
    this.#made.push(name);
    return { ...this.#read(), name, pace: this.#pace };
  }

  #read() {
    return { platform: this.#place.platform, dir: this.#place.dir, storeId: this.#storeId };
  }

  async #verify(table: { verify(pace: Pace): Promise<void>; close(): Promise<void> }) {
    try {
      await table.verify(this.#pace);
    } finally {
      await table.close();
    }
  }
}

function highest(names: readonly string[], pattern: RegExp): number {
  return names.reduce((most, name) => Math.max(most, Number(pattern.exec(name)?.[1] ?? 0)), 0);
}
