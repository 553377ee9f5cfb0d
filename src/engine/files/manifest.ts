import { FlakehoundError } from '../../errors.js';
import type { Files } from '../../ports/files.js';
import type { Crc32 } from '../../ports/platform.js';
import type { Bytes } from '../../units.js';
import type {
  CheckpointEntry,
  JobTableEntry,
  LogManifest,
  LogTableEntry,
  Manifest,
  SegmentEntry,
} from '../seam.js';
import { readWhole } from './readWhole.js';
import { sealJson, unsealJson } from './sealedJson.js';
import {
  finiteNumber,
  listOf,
  objectOf,
  optional,
  type Shape,
  ShapeError,
  textOf,
  trueOrFalse,
  wholeFrom,
} from './shape.js';

/**
 * Each epoch writes a manifest of its own, so that an owner that was taken over, and doesn't know it
 * yet, can't put its manifest in the place of its successor's. The highest epoch's counts. On disk:
 * never change.
 */
export const manifestName = (epoch: number): string => `manifest-${epoch}`;

/** The epoch that a file's name stands for, if it is a manifest's. */
export function manifestEpochOf(name: string): number | undefined {
  const digits = /^manifest-(0|[1-9]\d{0,14})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A manifest that was listed and is gone has a successor by then. */
const mostLooks = 100;

/** The version of the format that this code writes, and the newest that it reads and writes. */
export const formatVersion = 1;

/** Required features that this code knows. */
const knownFeatures: ReadonlySet<string> = new Set();

/** Ten thousand segments are 2 MB; what is larger was not written by a store. */
const largest: Bytes = 16 * 1024 * 1024;

/** A manifest as it was read, and what may be done with its store. */
export interface ReadManifest {
  readonly manifest: Manifest;
  /** `read`: a newer version wrote it, which this one can read but must not write. */
  readonly access: 'write' | 'read';
}

/** The names of a checkpoint's files. */
export function checkpointFiles({ jobs, logs, lastNumbers }: CheckpointEntry): readonly string[] {
  const tables = lastNumbers === undefined ? [jobs, ...logs] : [jobs, ...logs, lastNumbers];
  return tables.map(({ name }) => name);
}

/** The bytes of the file `manifest`. */
export function encodeManifest(manifest: Manifest, crc32: Crc32): Uint8Array {
  return sealJson(kind, manifest, crc32);
}

/**
 * @param path - for messages
 * @throws FlakehoundError `STORE_MANIFEST` when the bytes are not those of a manifest;
 *   `STORE_FORMAT` when they are, but of a version that this one can't read
 */
export function decodeManifest(bytes: Uint8Array, crc32: Crc32, path: string): ReadManifest {
  const found = unsealJson(kind, bytes, crc32);
  if (found.kind === 'foreign') {
    throw new FlakehoundError('STORE_MANIFEST', `${path} is not the manifest of a store`, {
      hint: 'give the directory of a store, or an empty one for a new store',
    });
  }
  if (found.kind === 'damaged') throw damaged(path, found.why);
  try {
    const { format, features } = versions(found.value, '');
    refuseUnreadable(path, format.reader, features.required);
    const manifest = manifestShape(found.value, '');
    checkOrder(manifest);
    return { manifest, access: format.writer > formatVersion ? 'read' : 'write' };
  } catch (error) {
    if (error instanceof ShapeError) throw damaged(path, error.message, error);
    throw error;
  }
}

/**
 * Reads a store's manifest, that of the highest epoch; `undefined` when there is none.
 *
 * @throws FlakehoundError as `decodeManifest` does, and `STORE_MANIFEST` when it can't be read
 */
export async function readManifest(
  { files, crc32 }: { readonly files: Files; readonly crc32: Crc32 },
  dir: string,
): Promise<ReadManifest | undefined> {
  let wasEmpty = false;
  for (let look = 0; look < mostLooks; look++) {
    const epoch = await highestManifest(files, dir);
    if (epoch === undefined) {
      // A folder is listed without a snapshot: one manifest may go and the next come meanwhile.
      if (wasEmpty) return undefined;
      wasEmpty = true;
      continue;
    }
    const path = files.join(dir, manifestName(epoch));
    const found = await readWhole(files, path, largest).catch((error: Error) => {
      throw unreadable(path, error);
    });
    if (found.kind === 'missing') continue;
    if (found.kind === 'tooLarge') {
      throw damaged(path, `it has ${found.size} bytes, more than the ${largest} of the largest`);
    }
    const read = decodeManifest(found.bytes, crc32, path);
    if (read.manifest.epoch !== epoch) throw damaged(path, `it is of epoch ${read.manifest.epoch}`);
    return read;
  }
  throw damaged(dir, 'its manifest is gone each time that it is looked at');
}

async function highestManifest(files: Files, dir: string): Promise<number | undefined> {
  const names = await files.list(dir).catch((error: Error) => {
    throw unreadable(dir, error);
  });
  let highest: number | undefined;
  for (const name of names) {
    const epoch = manifestEpochOf(name);
    if (epoch !== undefined && (highest === undefined || epoch > highest)) highest = epoch;
  }
  return highest;
}

function unreadable(path: string, cause: Error): FlakehoundError {
  return new FlakehoundError('STORE_MANIFEST', `${path} can’t be read: ${cause.message}`, {
    hint: 'make the store’s directory and its files readable for this user',
    cause,
  });
}

const kind = 'store manifest';

function damaged(path: string, why: string, cause?: unknown): FlakehoundError {
  return new FlakehoundError('STORE_MANIFEST', `${path} is damaged: ${why}`, {
    hint: `keep a copy of the whole directory, then type: flakehound store restore DIR BACKUP --replace`,
    cause,
  });
}

function refuseUnreadable(path: string, reader: number, required: readonly string[]): void {
  const unknown = required.filter((feature) => !knownFeatures.has(feature));
  if (reader <= formatVersion && unknown.length === 0) return;
  const why =
    reader > formatVersion
      ? `is of format ${reader}; this flakehound reads up to ${formatVersion}`
      : `needs ${unknown.join(', ')}, which this flakehound doesn’t know`;
  throw new FlakehoundError('STORE_FORMAT', `${path} ${why}`, {
    hint: 'open the store with the flakehound that wrote it, or a newer one',
  });
}

const count = wholeFrom(0);
const positive = wholeFrom(1);
const names = listOf(textOf());
const format = objectOf<Manifest['format']>({ reader: positive, writer: positive });
const features = objectOf<Manifest['features']>({ required: names, optional: names });

/** What every version of the format has. */
const versions: Shape<Pick<Manifest, 'format' | 'features'>> = objectOf({ format, features });

/** Only names that lead nowhere but into the store's own folder. */
const fileName = textOf(/^[a-z]+(-[0-9a-z]+)+$/, 'the name of one of the store’s files');

const segment = objectOf<SegmentEntry>({
  name: fileName,
  epoch: count,
  generation: count,
  sealedAt: optional(count),
  lastLsn: optional(count),
});

const log = objectOf<LogManifest>({
  segments: listOf(segment),
  spares: listOf(fileName),
  nextGeneration: count,
  nextSegment: count,
});

const jobTable = objectOf<JobTableEntry>({
  name: fileName,
  lsn: count,
  jobs: count,
  bytes: count,
  lastSeq: count,
});

const logTable = objectOf<LogTableEntry>({
  name: fileName,
  firstLsn: count,
  lastLsn: count,
  entries: count,
  bytes: count,
});

const checkpoint = objectOf<CheckpointEntry>({
  position: objectOf({ lsn: count, chain: count }),
  at: finiteNumber,
  jobs: jobTable,
  logs: listOf(logTable),
  lastNumbers: optional(logTable),
  merged: listOf(textOf()),
});

const manifestShape = objectOf<Manifest>({
  format,
  features,
  storeId: textOf(/^.+$/, 'the store’s id'),
  serial: count,
  epoch: count,
  checkpoints: listOf(checkpoint, 2),
  log,
  nextTable: count,
  clean: trueOrFalse,
});

/** @throws ShapeError when members contradict each other */
function checkOrder({ checkpoints, log }: Manifest): void {
  const [newer, older] = checkpoints;
  if (newer !== undefined && older !== undefined && older.position.lsn > newer.position.lsn) {
    throw new ShapeError(`checkpoints are not newest first: ${newer.position.lsn} comes first`);
  }
  const taken = new Set<string>();
  for (const name of [...log.segments.map((entry) => entry.name), ...log.spares]) {
    if (taken.has(name)) throw new ShapeError(`log names ${name} twice`);
    taken.add(name);
  }
}
