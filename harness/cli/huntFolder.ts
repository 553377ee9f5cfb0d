import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FlakehoundError, writeFileAtomic } from '../../src/index.js';

const stateFolder = (root: string): string => join(root, '.flakehound');

/** Where reports lie as files: those of hunts which the store could not take, and of old versions. */
export const huntsFolder = (root: string): string => join(stateFolder(root), 'hunts');

/**
 * Makes `.flakehound/` under the root, with the file that keeps it out of git: the only thing
 * that flakehound writes into the user's tree.
 *
 * @throws FlakehoundError `ENV_STATE_DIR`
 */
export async function prepareHuntFolder(root: string): Promise<void> {
  try {
    await mkdir(stateFolder(root), { recursive: true });
    await writeFile(join(stateFolder(root), '.gitignore'), '*\n', { flag: 'wx' }).catch(
      ignoreExisting,
    );
  } catch (error) {
    throw stateError(root, error);
  }
}

/**
 * Stores a hunt's JSON report as a file under its id.
 *
 * @returns the path of the file
 * @throws FlakehoundError `ENV_STATE_DIR`
 */
export async function storeHunt(root: string, id: string, json: string): Promise<string> {
  const path = join(huntsFolder(root), `${id}.json`);
  try {
    await mkdir(huntsFolder(root), { recursive: true });
    await writeFileAtomic(path, json);
  } catch (error) {
    throw stateError(root, error);
  }
  return path;
}

/** Ids of the hunts whose reports are files, the earliest first; none where there is no folder. */
export async function huntsInFiles(root: string): Promise<readonly string[]> {
  const names = await readdir(huntsFolder(root)).catch(() => []);
  return huntIds(names);
}

/** Picks the hunts of the names in a folder; hidden ones are unfinished. */
export function huntIds(names: readonly string[]): readonly string[] {
  return names
    .filter((name) => /^[^.].*\.json$/.test(name))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

function stateError(root: string, cause: unknown): FlakehoundError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new FlakehoundError(
    'ENV_STATE_DIR',
    `cannot keep the hunt in ${stateFolder(root)}: ${why}`,
    {
      hint: 'make that folder writable for you: a hunt is stored there as soon as it ends',
      cause,
    },
  );
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
