import {
  type BackupHead,
  type BackupPart,
  backupParts,
  type WholeBackup,
} from '../../engine/files/readBackup.js';
import {
  logNumber,
  putId,
  putType,
  recordEnd,
  recordSeq,
  recordStatus,
} from '../../engine/readRecord.js';
import { at, RecordKind } from '../../engine/recordLayout.js';
import type { TableJob } from '../../engine/tables/tableJob.js';
import type { TableLog } from '../../engine/tables/tableLog.js';
import { FlakehoundError } from '../../errors.js';
import type { Platform } from '../../ports/platform.js';
import type { Bytes, JobSeq, Lsn } from '../../units.js';

/** The records of a backup, in the four parts in which it holds them; to be taken in this order. */
export class RestoredRecords {
  readonly #path: string;
  readonly #parts: AsyncGenerator<BackupPart, WholeBackup>;
  #batch: readonly Buffer[] = [];
  #at = 0;
  #head: BackupHead | undefined;
  #whole: WholeBackup | undefined;
  #logEntries = 0;
  /** Of the entries and last numbers so far: what they get, since a backup doesn't tell it. */
  #lsn: Lsn = 0;

  constructor(platform: Pick<Platform, 'files' | 'crc32'>, path: string) {
    this.#path = path;
    this.#parts = backupParts(platform, path);
  }

  get logEntries(): number {
    return this.#logEntries;
  }

  /** What the backup says of itself; believed once `end` was reached. */
  async head(): Promise<BackupHead> {
    await this.#peek();
    return this.#head!; // It comes before everything else, or reading failed.
  }

  /** All jobs, in ascending order of their seqs. */
  async *jobs(): AsyncGenerator<readonly TableJob[]> {
    let last: JobSeq = 0;
    for await (const records of this.#ofKind(RecordKind.put, Number.POSITIVE_INFINITY)) {
      yield records.map((bytes) => {
        const seq = recordSeq(bytes, 0);
        if (seq <= last) throw this.#corrupt(`job ${seq} comes after job ${last}`);
        last = seq;
        const type = putType(bytes, 0);
        return { seq, id: putId(bytes, 0), type, status: recordStatus(bytes, 0), bytes };
      });
    }
  }

  /** The last numbers of the jobs that lost all of their entries. */
  async *lastNumbers(): AsyncGenerator<readonly TableLog[]> {
    const all = Number.POSITIVE_INFINITY;
    for await (const records of this.#ofKind(RecordKind.lastNumber, all)) {
      yield records.map((bytes) => this.#tableLog(bytes));
    }
  }

  /** The next entries of the jobs' logs, some `limit` bytes of them; none when there are no more. */
  async *logs(limit: Bytes): AsyncGenerator<readonly TableLog[]> {
    for await (const records of this.#ofKind(RecordKind.log, limit)) {
      this.#logEntries += records.length;
      yield records.map((bytes) => this.#tableLog(bytes));
    }
  }

  /** The records of the error events. */
  async errorEvents(): Promise<readonly Buffer[]> {
    const all: Buffer[] = [];
    for await (const records of this.#ofKind(RecordKind.errorEvent, Number.POSITIVE_INFINITY)) {
      all.push(...records);
    }
    return all;
  }

  /** Reads what is left, of which there must be nothing. @throws FlakehoundError `BACKUP_CORRUPT` */
  async end(): Promise<WholeBackup> {
    const record = await this.#peek();
    if (record !== undefined) {
      throw this.#corrupt(`a record of kind ${record[at.kind]} is out of its place`);
    }
    return this.#whole!; // There is no further record only once all was read.
  }

  /** Closes the file; twice is harmless. */
  async close(): Promise<void> {
    await this.#parts.return(undefined as never);
  }

  #tableLog(bytes: Buffer): TableLog {
    const lsn = ++this.#lsn;
    return { lsn, jobSeq: recordSeq(bytes, 0), number: logNumber(bytes, 0), bytes };
  }

  async *#ofKind(kind: number, limit: Bytes): AsyncGenerator<readonly Buffer[]> {
    let taken = 0;
    while (taken < limit && (await this.#peek())?.[at.kind] === kind) {
      const from = this.#at;
      for (; this.#at < this.#batch.length && taken < limit; this.#at++) {
        const record = this.#batch[this.#at]!;
        if (record[at.kind] !== kind) break;
        if (recordEnd(record, 0, record.length) !== record.length) {
          throw this.#corrupt('it holds what is no record');
        }
        taken += record.length;
      }
      yield this.#batch.slice(from, this.#at);
    }
  }

  async #peek(): Promise<Buffer | undefined> {
    while (this.#at >= this.#batch.length && this.#whole === undefined) {
      const { done, value } = await this.#parts.next();
      if (done === true) this.#whole = value;
      else if (value.kind === 'head') this.#head = value.head;
      else if (value.kind === 'records') {
        this.#batch = value.records.map(asBuffer);
        this.#at = 0;
      }
    }
    return this.#batch[this.#at];
  }

  #corrupt(why: string): FlakehoundError {
    return new FlakehoundError('BACKUP_CORRUPT', `${this.#path} can’t be restored: ${why}`, {
      hint: 'restore from another backup',
    });
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
