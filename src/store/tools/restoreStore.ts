import { manifestEpochOf, readManifest } from '../../engine/files/manifest.js';
import { createManifestKeeper } from '../../engine/files/manifestKeeper.js';
import { createPace } from '../../engine/files/pace.js';
import type { WholeBackup } from '../../engine/files/readBackup.js';
import { isTemporaryName } from '../../engine/files/replaceFile.js';
import { claimOwnership } from '../../engine/ownership/claimOwnership.js';
import { epochOfName } from '../../engine/ownership/lockFile.js';
import type { Ownership } from '../../engine/ownership/ownership.js';
import type { Manifest } from '../../engine/seam.js';
import { FlakehoundError } from '../../errors.js';
import { isoTime } from '../../jobs/isoTime.js';
import type { Platform } from '../../ports/platform.js';
import { freshManifest } from '../freshManifest.js';
import { enterFolder, sweepFolder } from '../storeFolder.js';
import { keepOldStore } from './keepOldStore.js';
import { RestoredRecords } from './restoredRecords.js';
import { type RestoredFiles, writeRestored } from './writeRestored.js';

/** What is to be restored, and where. */
export interface RestoreRequest {
  readonly platform: Platform;
  /** The backup. */
  readonly from: string;
  /** Absolute. */
  readonly dir: string;
  /** Whether a store in `dir` may be replaced. */
  readonly replace: boolean;
}

/** What was restored. */
export interface RestoreFacts {
  readonly dir: string;
  /** Drawn anew: the restored store is another one than the one that was backed up. */
  readonly storeId: string;
  readonly lsn: number;
  readonly jobs: number;
  readonly logEntries: number;
  readonly errorEvents: number;
  /** When the backup was written, ISO 8601. */
  readonly backupOf: string;
  /** Where the store is now that was replaced; null when there was none. */
  readonly replaced: string | null;
}

const slice = 4;

/**
 * Makes a store of a backup, in a new or an empty folder, or in place of a store. The backup is read
 * twice: whole, before anything is written, and once more for what it holds. The new store begins to
 * be when its manifest is renamed into place; a crash before leaves what was there.
 *
 * @throws FlakehoundError `BACKUP_CORRUPT`, `BACKUP_FAILED`; `STORE_EXISTS`, `STORE_DIR` and
 * `STORE_LOCKED` when the folder can't be taken; what the disk refuses. Nothing is restored then,
 * and a store in the folder is as it was
 */
export async function restoreInto(request: RestoreRequest): Promise<RestoreFacts> {
  const { platform, from, dir } = request;
  await verified(platform, from);
  const isStore = await inspectFolder(request);
  await enterFolder(platform.files, dir, 'create');
  const ownership = await claim(platform, dir);
  try {
    // Somebody else may have made a store since.
    const isReplaced = (await inspectFolder(request)) || isStore;
    const files = await writeRestored({ platform, from, dir, epoch: ownership.epoch });
    const replaced = isReplaced ? await keepOldStore(platform, dir) : null;
    const manifest = await begin({ platform, dir, ownership, files });
    await ownership.removeOlder();
    await sweepFolder(platform.files, dir, manifest);
    const { lsn, jobs, time } = files.backup;
    const { storeId, logEntries, errorEvents } = files;
    return { dir, storeId, lsn, jobs, logEntries, errorEvents, backupOf: time, replaced };
  } finally {
    await ownership.release().catch(() => undefined);
  }
}

/** Reads all of a backup and throws what it says away. */
async function verified(platform: Platform, from: string): Promise<WholeBackup> {
  const pace = createPace(platform.clock, slice);
  const records = new RestoredRecords(platform, from);
  try {
    for await (const _ of records.jobs()) await pace.turn();
    for await (const _ of records.lastNumbers()) await pace.turn();
    for await (const _ of records.logs(Number.POSITIVE_INFINITY)) await pace.turn();
    await records.errorEvents();
    return await records.end();
  } finally {
    await records.close();
  }
}

/** Whether there is a store to be replaced. @throws FlakehoundError `STORE_EXISTS`, `STORE_DIR` */
async function inspectFolder({ platform, dir, replace }: RestoreRequest): Promise<boolean> {
  const { files } = platform;
  const facts = await files.facts(dir).catch(() => undefined);
  if (facts?.kind !== 'folder') return false;
  const names = await files.list(dir).catch((cause: Error) => {
    throw new FlakehoundError('STORE_DIR', `${dir} can’t be read: ${cause.message}`, {
      hint: 'give a folder that this process may read and write',
      cause,
    });
  });
  if (names.some(isOfStore)) {
    if (replace) return true;
    throw new FlakehoundError('STORE_EXISTS', `there is a store in ${dir} already`, {
      hint: 'give a new folder, or add --replace (replace: true), which keeps the old store beside it',
    });
  }
  const foreign = names.find((name) => !isLeft(name));
  if (foreign === undefined) return false;
  throw new FlakehoundError(
    'STORE_DIR',
    `${dir} is neither empty nor a store: it holds ${foreign}`,
    { hint: 'give a store a folder of its own' },
  );
}

/** What an owner who came no further leaves: locks, unfinished files, a socket. */
const isLeft = (name: string): boolean =>
  isTemporaryName(name) || epochOfName(name) !== undefined || /^guests-.*\.sock$/.test(name);

/** Also what is left of a store, or of a restore that was cut off: who knows what it was. */
const isOfStore = (name: string): boolean =>
  manifestEpochOf(name) !== undefined || /^(jobs|logs|wal|spare)-\d+-\d+$/.test(name);

async function claim(platform: Platform, dir: string): Promise<Ownership> {
  const manifestEpoch = async (): Promise<number> => {
    try {
      return (await readManifest(platform, dir))?.manifest.epoch ?? 0;
    } catch (error) {
      // A manifest that nobody can read is a reason to restore.
      if (error instanceof FlakehoundError && error.code === 'STORE_MANIFEST') return 0;
      throw error;
    }
  };
  const claimed = await claimOwnership({ platform, dir, address: '', manifestEpoch });
  if (claimed.kind === 'owner') return claimed.ownership;
  const { pid, since } = claimed.by;
  throw new FlakehoundError(
    'STORE_LOCKED',
    `the store in ${dir} ${claimed.state === 'alive' ? 'is' : 'may be'} held by process ${pid} since ${isoTime(since)}`,
    { hint: `end process ${pid}, or restore into a new folder` },
  );
}

async function begin({
  platform,
  dir,
  ownership,
  files,
}: {
  readonly platform: Platform;
  readonly dir: string;
  readonly ownership: Ownership;
  readonly files: RestoredFiles;
}): Promise<Manifest> {
  const fresh: Manifest = { ...freshManifest(platform.random), storeId: files.storeId };
  const keeper = createManifestKeeper({
    platform,
    dir,
    current: fresh,
    fence: () => ownership.fence(),
  });
  // Its files stay where this fails: nobody can tell which manifest a power cut will leave.
  return await keeper.change((now) => ({
    ...now,
    epoch: ownership.epoch,
    checkpoints: [files.checkpoint],
    log: files.log,
    nextTable: files.nextTable,
    clean: true,
  }));
}
