import type { CheckpointEntry, LogPosition, LogTableEntry, Manifest } from '../engine/seam.js';
import { type JobTable, openJobTable } from '../engine/tables/jobTable.js';
import { type LogTable, openLogTable } from '../engine/tables/logTable.js';
import { FlakehoundError } from '../errors.js';
import type { Platform } from '../ports/platform.js';

/** The checkpoint that a store goes on from, open. */
export interface OpenTables {
  /** `undefined` while there never was a checkpoint. */
  readonly checkpoint: CheckpointEntry | undefined;
  readonly position: LogPosition;
  readonly jobs: JobTable | undefined;
  /** Oldest first. */
  readonly logs: readonly LogTable[];
  readonly lastNumbers: LogTable | undefined;
  /** What was wrong with a newer checkpoint, if it had to be passed over. */
  readonly notes: readonly string[];
}

interface Place {
  readonly platform: Platform;
  readonly dir: string;
  readonly manifest: Manifest;
}

/**
 * Opens the newest checkpoint, or the one before where it is damaged: the log reaches back to it.
 *
 * @throws FlakehoundError `CHECKPOINT_CORRUPT`, `CHECKPOINT_READ` when neither can be opened
 */
export async function openTables(place: Place): Promise<OpenTables> {
  const notes: string[] = [];
  let failure: unknown;
  for (const checkpoint of place.manifest.checkpoints) {
    try {
      const open = await openCheckpoint(place, checkpoint);
      return { checkpoint, position: checkpoint.position, ...open, notes };
    } catch (error) {
      if (!(error instanceof FlakehoundError)) throw error;
      failure ??= error;
      notes.push(
        `the checkpoint of LSN ${checkpoint.position.lsn} was passed over: ${error.message}`,
      );
    }
  }
  if (failure !== undefined) throw failure;
  const position = { lsn: 0, chain: 0 };
  return {
    checkpoint: undefined,
    position,
    jobs: undefined,
    logs: [],
    lastNumbers: undefined,
    notes,
  };
}

async function openCheckpoint(
  { platform, dir, manifest: { storeId } }: Place,
  checkpoint: CheckpointEntry,
): Promise<Pick<OpenTables, 'logs' | 'lastNumbers'> & { readonly jobs: JobTable }> {
  const opened: { close(): Promise<void> }[] = [];
  try {
    const jobs = await openJobTable({ platform, dir, entry: checkpoint.jobs, storeId });
    opened.push(jobs);
    const open = async (entry: LogTableEntry): Promise<LogTable> => {
      const table = await openLogTable({ platform, dir, entry, storeId });
      opened.push(table);
      return table;
    };
    const logs: LogTable[] = [];
    for (const entry of checkpoint.logs) logs.push(await open(entry));
    const numbers = checkpoint.lastNumbers;
    return { jobs, logs, lastNumbers: numbers && (await open(numbers)) };
  } catch (error) {
    for (const table of opened) await table.close().catch(() => undefined);
    throw error;
  }
}
