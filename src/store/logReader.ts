import { readLogEntry } from '../engine/readRecord.js';
import type { RecentState } from '../engine/state/recentState.js';
import type { TableLog } from '../engine/tables/tableLog.js';
import { FlakehoundError } from '../errors.js';
import type { LogEntry } from '../jobs/job.js';
import type { JobSeq, Lsn } from '../units.js';
import type { Tables } from './tables.js';

const readAtOnce = 256;

/** Reads the jobs' logs: what is in memory, and what the tables hold. */
export class LogReader {
  readonly #state: RecentState;
  readonly #tables: Tables;

  constructor(state: RecentState, tables: Tables) {
    this.#state = state;
    this.#tables = tables;
  }

  /** A job's durable entries, oldest first; with `limit` the last so many. */
  async of(id: string, limit: number): Promise<readonly LogEntry[]> {
    if (limit <= 0) return [];
    const seq = this.#state.seqOf(id);
    if (seq === undefined) return [];
    return await this.#tables.read(async ({ logs }) => {
      // Taken in the same turn as the tables: an entry is in one of them, and in one alone.
      const recent = this.#state.logs.of(seq, limit);
      const parts: (readonly LogEntry[])[] = [recent];
      let left = limit - recent.length;
      for (let index = logs.length - 1; index >= 0 && left > 0; index--) {
        const how = Number.isFinite(left) ? { limit: left } : {};
        const found = await logs[index]!.of(seq, how);
        parts.push(found.map((log) => parsed(log, id)));
        left -= found.length;
      }
      return parts.reverse().flat();
    });
  }

  /** The durable entries of all jobs that are there, the newest first. */
  async newest(limit: number): Promise<readonly LogEntry[]> {
    if (limit <= 0) return [];
    return await this.#tables.read(async ({ logs }) => {
      const ids = new Map<JobSeq, string | undefined>();
      const idOf = (seq: JobSeq): string | undefined => {
        if (!ids.has(seq)) ids.set(seq, this.#state.at(seq)?.durable?.id);
        return ids.get(seq);
      };
      const entries: LogEntry[] = [];
      for (const entry of this.#state.logs.newest((seq) => idOf(seq) !== undefined)) {
        entries.push(entry);
        if (entries.length >= limit) return entries;
      }
      for (let index = logs.length - 1; index >= 0; index--) {
        let before: Lsn | undefined;
        for (;;) {
          const wanted = Math.min(readAtOnce, limit - entries.length);
          const found = await logs[index]!.newest(wanted, before);
          for (const log of found) {
            const id = idOf(log.jobSeq);
            if (id !== undefined) entries.push(parsed(log, id));
          }
          before = found.at(-1)?.lsn;
          if (entries.length >= limit) return entries.slice(0, limit);
          if (found.length < wanted) break;
        }
      }
      return entries;
    });
  }
}

function parsed({ bytes, jobSeq }: TableLog, jobId: string): LogEntry {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entry = readLogEntry(whole, 0, jobId);
  if (entry !== undefined) return entry;
  throw new FlakehoundError('CHECKPOINT_CORRUPT', `a log entry of job ${jobSeq} holds no JSON`, {
    hint: 'keep the store for diagnosis, and restore a backup',
  });
}
