import { putParentHash, readLogEntry, readPut, recordEnd } from '../../engine/readRecord.js';
import { at, RecordKind } from '../../engine/recordLayout.js';
import type { CheckpointEntry, Manifest, Pace } from '../../engine/seam.js';
import { openJobTable } from '../../engine/tables/jobTable.js';
import { openLogTable } from '../../engine/tables/logTable.js';
import { FlakehoundError } from '../../errors.js';
import type { Platform } from '../../ports/platform.js';
import type { StoreFinding } from './findings.js';

/** A store that is looked at. */
export interface CheckPlace {
  readonly platform: Platform;
  readonly dir: string;
  readonly manifest: Manifest;
  readonly pace: Pace;
}

interface Verifiable {
  each(pace: Pace): AsyncIterable<readonly { readonly bytes: Uint8Array }[]>;
  verify(pace: Pace): Promise<void>;
  close(): Promise<void>;
}

/** Reads both checkpoints, every byte of them, and every record in them. */
export async function checkTables(place: CheckPlace): Promise<readonly StoreFinding[]> {
  const { platform, dir, manifest, pace } = place;
  const { storeId, checkpoints } = manifest;
  const findings: StoreFinding[] = [];
  const checked = new Set<string>();
  const bad = new Set<string>();
  for (const [age, checkpoint] of checkpoints.entries()) {
    const look = async (name: string, kind: number, open: () => Promise<Verifiable>) => {
      if (checked.has(name)) return;
      checked.add(name);
      const why = await faultOf(open, kind, pace);
      if (why === undefined) return;
      bad.add(name);
      findings.push({
        severity: 'error',
        file: platform.files.join(dir, name),
        what: why,
        hint: hintFor(checkpoints, age, dir),
      });
    };
    const at = { platform, dir, storeId };
    const { jobs, logs, lastNumbers } = checkpoint;
    await look(jobs.name, RecordKind.put, () =>
      openJobTable({ ...at, entry: jobs, parentHash: putParentHash }),
    );
    for (const entry of logs) {
      await look(entry.name, RecordKind.log, () => openLogTable({ ...at, entry }));
    }
    if (lastNumbers !== undefined) {
      const open = () => openLogTable({ ...at, entry: lastNumbers });
      await look(lastNumbers.name, RecordKind.lastNumber, open);
    }
  }
  return findings;
}

/** Why a table can't be believed; undefined when it can. */
async function faultOf(
  open: () => Promise<Verifiable>,
  kind: number,
  pace: Pace,
): Promise<string | undefined> {
  try {
    const table = await open();
    try {
      await table.verify(pace);
      for await (const batch of table.each(pace)) {
        for (const { bytes } of batch) {
          if (!isRecord(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), kind)) {
            return 'it holds what is no record';
          }
        }
      }
    } finally {
      await table.close();
    }
    return undefined;
  } catch (error) {
    if (error instanceof FlakehoundError) return error.message;
    throw error;
  }
}

function isRecord(bytes: Buffer, kind: number): boolean {
  if (bytes[at.kind] !== kind || recordEnd(bytes, 0, bytes.length) !== bytes.length) return false;
  switch (kind) {
    case RecordKind.put:
      return readPut(bytes, 0) !== undefined;
    case RecordKind.log:
      return readLogEntry(bytes, 0, '') !== undefined;
    default:
      return true;
  }
}

function hintFor(checkpoints: readonly CheckpointEntry[], age: number, dir: string): string {
  const restore = `keep a copy of ${dir}, then type: flakehound store restore ${dir} BACKUP --replace`;
  if (checkpoints.length < 2) return restore;
  return age === 0
    ? 'the store opens by its older checkpoint; open it, and make a backup at once'
    : 'the store opens by its newer checkpoint; make a backup at once';
}
