import { checkpointFiles, manifestEpochOf } from '../engine/files/manifest.js';
import type { Manifest } from '../engine/seam.js';
import { FlakehoundError } from '../errors.js';
import type { Files } from '../ports/files.js';

/** What a store's own files are called; everything else in its folder is left alone. */
const ownFile = /^(wal|spare|jobs|logs)-[0-9a-z]+(-[0-9a-z]+)*$/;
const leftover = /\.tmp$/;

/**
 * Makes sure that `dir` is a folder, and makes it when that is wanted.
 *
 * @throws FlakehoundError `STORE_DIR`
 */
export async function enterFolder(
  files: Files,
  dir: string,
  missing: 'create' | 'fail',
): Promise<void> {
  const facts = await files.facts(dir).catch((cause: Error) => {
    throw unusable(dir, cause);
  });
  if (facts === undefined) {
    if (missing === 'fail') throw noStore(dir);
    await files.makeFolder(dir).catch((cause: Error) => {
      throw unusable(dir, cause);
    });
    await syncParents(files, dir);
    return;
  }
  if (facts.kind === 'folder') return;
  throw new FlakehoundError('STORE_DIR', `${dir} is not a folder`, {
    hint: 'give a store a folder of its own',
  });
}

/** The new folder's own name must survive as its files do. */
async function syncParents(files: Files, dir: string): Promise<void> {
  let at = dir;
  for (let above = files.join(at, '..'); above !== at; above = files.join(at, '..')) {
    const isSynced = await files.syncFolder(above).then(
      () => true,
      // A folder that we may not even read was there before us.
      () => false,
    );
    if (!isSynced) return;
    at = above;
  }
}

/**
 * Makes sure that a folder without a manifest holds no store's files: they are somebody's data, and
 * an empty store in their place would hide it.
 *
 * @throws FlakehoundError `STORE_MANIFEST`; `STORE_DIR` with `missing: 'fail'`
 */
export async function refuseHeadless(
  files: Files,
  dir: string,
  missing: 'create' | 'fail',
): Promise<void> {
  const witnesses = (await files.list(dir)).filter((name) => ownFile.test(name));
  if (witnesses.length > 0) {
    throw new FlakehoundError(
      'STORE_MANIFEST',
      `the manifest of the store in ${dir} is missing, though ${witnesses.length} of its files are there, such as ${witnesses[0]}`,
      {
        hint: `keep a copy of ${dir}, then type: flakehound store restore ${dir} BACKUP --replace`,
      },
    );
  }
  if (missing === 'fail') throw noStore(dir);
}

/** Removes what a crash left behind: unfinished files, and those that the manifest doesn't name. */
export async function sweepFolder(
  files: Files,
  dir: string,
  manifest: Pick<Manifest, 'log' | 'checkpoints' | 'epoch'>,
): Promise<void> {
  const live = new Set<string>([
    ...manifest.log.segments.map(({ name }) => name),
    ...manifest.log.spares,
    ...manifest.checkpoints.flatMap(checkpointFiles),
  ]);
  // What can't be removed now, or not even seen, is removed at another open.
  for (const name of await files.list(dir).catch(() => [])) {
    const isStray =
      leftover.test(name) ||
      (ownFile.test(name) && !live.has(name)) ||
      (manifestEpochOf(name) ?? manifest.epoch) < manifest.epoch;
    if (isStray) await files.unlink(files.join(dir, name)).catch(() => undefined);
  }
}

function noStore(dir: string): FlakehoundError {
  return new FlakehoundError('STORE_DIR', `there is no store in ${dir}`, {
    hint: 'look for a typing error in the path; a store is made when it is first opened to be written to',
  });
}

function unusable(dir: string, cause: Error): FlakehoundError {
  return new FlakehoundError('STORE_DIR', `${dir} can’t be used: ${cause.message}`, {
    hint: 'give a folder that this process may read and write',
    cause,
  });
}
