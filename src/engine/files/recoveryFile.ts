import { FlakehoundError } from '../../errors.js';
import { isoTime } from '../../jobs/isoTime.js';
import type { Job, LogEntry } from '../../jobs/job.js';
import type { Clock } from '../../ports/clock.js';
import type { Crc32 } from '../../ports/platform.js';
import type { Bytes, Instant } from '../../units.js';
import { jobShape, logEntryShape } from './jobShape.js';
import { makeFolders } from './makeFolders.js';
import { readWhole } from './readWhole.js';
import { type ReplaceWorld, replaceWithBytes } from './replaceFile.js';
import { sealJson, unsealJson } from './sealedJson.js';
import { listOf, objectOf, type Shape, ShapeError, textOf, wholeFrom } from './shape.js';

/** An update which the log could not take, in the order in which they were asked for. */
export type PendingUpdate =
  /** `previous` is the version that the job had before, 0 when it was new. */
  | { readonly kind: 'put'; readonly previous: number; readonly job: Job }
  | {
      readonly kind: 'remove';
      readonly previous: number;
      readonly id: string;
      readonly createdAt: Instant;
    }
  | { readonly kind: 'log'; readonly entry: LogEntry };

/** What a recovery file says. */
export interface RecoveryFile {
  readonly version: 1;
  readonly storeId: string;
  /** Drawn; names the file, and the group that its updates are merged with. */
  readonly nonce: string;
  /** ISO 8601. */
  readonly time: string;
  readonly error: { readonly code: string; readonly message: string };
  /** How often the write was tried. */
  readonly attempts: number;
  readonly updates: readonly PendingUpdate[];
}

/** What recovery files take from the world. */
export interface RecoveryWorld extends ReplaceWorld {
  readonly clock: Clock;
  readonly crc32: Crc32;
}

/** A recovery file that was found. */
export interface FoundRecovery {
  readonly folder: string;
  readonly path: string;
  readonly file: RecoveryFile;
}

const prefix = 'recovery-';
const kind = 'store recovery';
const version = 1;

/** What is pending is bounded when it is written; a file far larger is no recovery file. */
const largest: Bytes = 1024 * 1024 * 1024;

/**
 * Leaves what the log could not take in a recovery file, in the first of the folders that takes it.
 *
 * @returns its path
 * @throws FlakehoundError `STORE_RECOVERY` when none of them does
 */
export async function writeRecoveryFile(
  world: RecoveryWorld,
  folders: readonly string[],
  what: Pick<RecoveryFile, 'storeId' | 'error' | 'attempts' | 'updates'>,
): Promise<string> {
  const nonce = Buffer.from(world.random.bytes(16)).toString('hex');
  const { storeId, error, attempts, updates } = what;
  const time = isoTime(world.clock.now());
  const file: RecoveryFile = { version, storeId, nonce, time, error, attempts, updates };
  const bytes = sealJson(kind, file, world.crc32);
  const name = `${prefix}${nonce}`;
  const failures: unknown[] = [];
  for (const folder of folders) {
    try {
      await makeFolders(world.files, folder);
      await replaceWithBytes(world, { folder, name }, bytes);
      return world.files.join(folder, name);
    } catch (failure) {
      failures.push(failure);
    }
  }
  throw new FlakehoundError(
    'STORE_RECOVERY',
    `${updates.length} updates could be written neither to the log nor to ${folders.join(' or ')}`,
    {
      hint: 'give the option recoveryDir a folder on another disk',
      cause: failures.length === 1 ? failures[0] : new AggregateError(failures),
    },
  );
}

/**
 * Finds the recovery files of one store; those of others are left alone, and what can't be read is
 * named in a note and stays where it is.
 */
export async function findRecoveryFiles(
  world: Pick<RecoveryWorld, 'files' | 'crc32'>,
  folders: readonly string[],
  storeId: string,
): Promise<{ readonly found: readonly FoundRecovery[]; readonly notes: readonly string[] }> {
  const found: FoundRecovery[] = [];
  const notes: string[] = [];
  for (const folder of new Set(folders)) {
    for (const name of await namesIn(world, folder, notes)) {
      const path = world.files.join(folder, name);
      const file = await readRecoveryFile(world, path).catch((error: Error) => {
        notes.push(`${path} was left out: ${error.message}`);
        return undefined;
      });
      if (file?.storeId === storeId) found.push({ folder, path, file });
    }
  }
  found.sort((a, b) => (a.file.time < b.file.time ? -1 : a.file.time > b.file.time ? 1 : 0));
  return { found, notes };
}

/** @throws FlakehoundError `STORE_RECOVERY` when it isn't there, isn't whole, or isn't one */
export async function readRecoveryFile(
  { files, crc32 }: Pick<RecoveryWorld, 'files' | 'crc32'>,
  path: string,
): Promise<RecoveryFile> {
  const whole = await readWhole(files, path, largest).catch((error: Error) => {
    throw unreadable(path, error.message, error);
  });
  if (whole.kind !== 'bytes') throw unreadable(path, whole.kind);
  const json = unsealJson(kind, whole.bytes, crc32);
  if (json.kind === 'foreign') throw unreadable(path, 'it is not a recovery file');
  if (json.kind === 'damaged') throw unreadable(path, json.why);
  try {
    return recoveryShape(json.value, '');
  } catch (error) {
    if (error instanceof ShapeError) throw unreadable(path, error.message, error);
    throw error;
  }
}

/** Takes a recovery file away once its updates, and its nonce, are durable. */
export async function removeRecoveryFile(
  { files }: Pick<RecoveryWorld, 'files'>,
  { folder, path }: Pick<FoundRecovery, 'folder' | 'path'>,
): Promise<void> {
  if (files.existsNow(path)) await files.unlink(path);
  await files.syncFolder(folder);
}

async function namesIn(
  { files }: Pick<RecoveryWorld, 'files'>,
  folder: string,
  notes: string[],
): Promise<readonly string[]> {
  try {
    const names = await files.list(folder);
    return names.filter((name) => name.startsWith(prefix) && !name.endsWith('.tmp'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') notes.push(`${folder} was not searched for recovery files: ${message}`);
    return [];
  }
}

function unreadable(path: string, why: string, cause?: unknown): FlakehoundError {
  return new FlakehoundError('STORE_RECOVERY', `${path} can’t be read: ${why}`, {
    hint: 'keep the file for diagnosis; the store opens without it',
    cause,
  });
}

const count = wholeFrom(0);

const updateShape: Shape<PendingUpdate> = (value, at) => {
  switch (Object(value ?? {}).kind) {
    case 'put':
      return { kind: 'put', ...putShape(value, at) };
    case 'remove':
      return { kind: 'remove', ...removeShape(value, at) };
    case 'log':
      return { kind: 'log', ...logShape(value, at) };
    default:
      throw new ShapeError(`${at}.kind should be put, remove or log`);
  }
};

const putShape = objectOf<{ previous: number; job: Job }>({ previous: count, job: jobShape });

const removeShape = objectOf<{ previous: number; id: string; createdAt: Instant }>({
  previous: count,
  id: textOf(),
  createdAt: wholeFrom(Number.MIN_SAFE_INTEGER),
});

const logShape = objectOf<{ entry: LogEntry }>({ entry: logEntryShape });

const recoveryShape = objectOf<RecoveryFile>({
  version: (value, at) => {
    if (value !== version) throw new ShapeError(`${at} should be ${version}`);
    return version;
  },
  storeId: textOf(),
  nonce: textOf(/^[0-9a-f]+$/, 'hexadecimal digits'),
  time: textOf(/./, 'a time'),
  error: objectOf({ code: textOf(), message: textOf() }),
  attempts: count,
  updates: listOf(updateShape),
});
