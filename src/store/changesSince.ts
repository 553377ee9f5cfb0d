import { replayLog } from '../engine/log/replayLog.js';
import {
  composePut,
  putId,
  type RecordPlace,
  readPut,
  recordEnd,
  recordSeq,
} from '../engine/readRecord.js';
import { at as place, RecordKind } from '../engine/recordLayout.js';
import type { ManifestKeeper } from '../engine/seam.js';
import type { Job } from '../jobs/job.js';
import type { JobChange } from '../jobs/jobStore.js';
import type { Platform } from '../ports/platform.js';
import type { JobSeq, Lsn } from '../units.js';
import type { Tables } from './tables.js';

/** Where past changes are read. */
export interface ChangeSource {
  readonly platform: Platform;
  readonly dir: string;
  readonly keeper: ManifestKeeper;
  readonly tables: Tables;
  /** LSN of the last change that counts as durable. */
  readonly durableLsn: Lsn;
}

/** A job as the log leaves it at some point; `undefined` once it is removed. */
type Put = Buffer | undefined;

/**
 * Reads from the log what has changed after an LSN, in order, for listeners that missed it because
 * their owner went. Only what came after the last checkpoint is still told change by change.
 *
 * @throws FlakehoundError as `replayLog`
 */
export async function changesSince(source: ChangeSource, lsn: Lsn): Promise<readonly JobChange[]> {
  const { platform, dir, keeper, tables, durableLsn } = source;
  return await tables.read(async ({ checkpoint, jobs }) => {
    const past = new Past((seq) => jobs?.readNow(seq)?.bytes);
    const changes: JobChange[] = [];
    await replayLog({
      platform,
      dir,
      storeId: keeper.current.storeId,
      log: keeper.current.log,
      from: checkpoint?.position ?? { lsn: 0, chain: 0 },
      onGroup: (bytes, from, to, firstLsn) => {
        // The buffer is used again for what comes next.
        const group = Buffer.from(bytes.subarray(from, to));
        let at = 0;
        for (let one = firstLsn; at < group.length && one <= durableLsn; one++) {
          const end = recordEnd(group, at, group.length);
          if (end === -1) return;
          if (group[at + place.kind]! <= RecordKind.remove) {
            const change = past.take({ bytes: group, at });
            if (change !== undefined && one > lsn) changes.push({ ...change, lsn: one });
          }
          at = end;
        }
      },
    });
    return changes;
  });
}

/** The jobs on their way through the log. */
class Past {
  readonly #base: (seq: JobSeq) => Put;
  readonly #puts = new Map<JobSeq, Put>();

  constructor(base: (seq: JobSeq) => Put) {
    this.#base = base;
  }

  /** What a record about a job changes; `undefined` when that job was never there. */
  take(record: RecordPlace): Omit<JobChange, 'lsn'> | undefined {
    const { bytes, at } = record;
    const seq = recordSeq(bytes, at);
    const before = this.#puts.has(seq) ? this.#puts.get(seq) : this.#base(seq);
    const after = following(record, before);
    this.#puts.set(seq, after);
    const known = after ?? before;
    if (known === undefined) return undefined;
    return { id: putId(known, 0), before: jobOf(before), job: jobOf(after) };
  }
}

function following(record: RecordPlace, before: Put): Put {
  const kind = record.bytes[record.at + place.kind];
  if (kind === RecordKind.remove) return undefined;
  if (kind === RecordKind.put) return composePut(record, []);
  return before && composePut({ bytes: before, at: 0 }, [record]);
}

function jobOf(put: Put): Job | null {
  return put === undefined ? null : (readPut(put, 0) ?? null);
}
