import { createByteSink } from '../engine/byteSink.js';
import { encodeErrorEventText } from '../engine/errorEvents.js';
import { writeBackup } from '../engine/files/backup.js';
import { createPace } from '../engine/files/pace.js';
import { encodeErrorEvent } from '../engine/records.js';
import type { ManifestKeeper, Pace } from '../engine/seam.js';
import { FlakehoundError } from '../errors.js';
import type { BackupFacts, ErrorEvent } from '../jobs/jobStore.js';
import type { Platform } from '../ports/platform.js';
import type { ErrorLedger } from './errorLedger.js';
import type { StoreSettings } from './options.js';
import type { TableSet, Tables } from './tables.js';

/** What a backup of an open store is made with. */
export interface BackUpStore {
  readonly platform: Platform;
  readonly settings: Pick<StoreSettings, 'checkpoint'>;
  readonly keeper: ManifestKeeper;
  readonly tables: Tables;
  readonly errors: ErrorLedger;
}

/** Backs up the last checkpoint of an open store. */
export function backUpStore(store: BackUpStore, path: string): Promise<BackupFacts> {
  const { platform, settings, keeper, tables } = store;
  const pace = createPace(platform.clock, settings.checkpoint.sliceMs);
  const { storeId } = keeper.current;
  const errors = store.errors.list({});
  return tables.read((set) => backUp({ platform, storeId, path, set, errors, pace }));
}

/** A backup to be made of a checkpoint. */
export interface BackUp {
  readonly platform: Platform;
  readonly storeId: string;
  readonly path: string;
  readonly set: TableSet;
  readonly errors: readonly ErrorEvent[];
  readonly pace: Pace;
}

/** Writes everything that a checkpoint holds, and the error events, into one verified file. */
export async function backUp(of: BackUp): Promise<BackupFacts> {
  const { checkpoint } = of.set;
  if (checkpoint === undefined) {
    throw new FlakehoundError('BACKUP_FAILED', 'there is no checkpoint to back up', {
      hint: 'open the store for writing, which makes one',
    });
  }
  const { lsn, lastSeq, jobs } = checkpoint.jobs;
  return await writeBackup(of.platform, {
    path: of.path,
    origin: { storeId: of.storeId, lsn, lastSeq, jobs },
    source: records(of),
    pace: of.pace,
  });
}

async function* records({ set, errors, pace }: BackUp): AsyncGenerator<Uint8Array> {
  for await (const batch of set.jobs?.each(pace) ?? []) {
    for (const { bytes } of batch) yield bytes;
  }
  for (const table of [...(set.lastNumbers === undefined ? [] : [set.lastNumbers]), ...set.logs]) {
    for await (const batch of table.each(pace)) {
      for (const { bytes } of batch) yield bytes;
    }
  }
  for (const event of errors) {
    const sink = createByteSink(512);
    encodeErrorEvent(sink, encodeErrorEventText(event));
    yield sink.bytes.subarray(0, sink.at);
  }
}
