import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FlakehoundError, writeFileAtomic } from '../../src/index.js';

const stateFolder = (root: string): string => join(root, '.flakehound');
const huntsFolder = (root: string): string => join(stateFolder(root), 'hunts');

/**
 * Makes `.flakehound/` under the root, with the file that keeps it out of git: the only thing
 * that flakehound writes into the user's tree.
 *
 * @throws FlakehoundError `ENV_STATE_DIR`
 */
export async function prepareHuntFolder(root: string): Promise<void> {
  try {
    await mkdir(huntsFolder(root), { recursive: true });
    await writeFile(join(stateFolder(root), '.gitignore'), '*\n', { flag: 'wx' }).catch(
      ignoreExisting,
    );
  } catch (error) {
    throw stateError(root, error);
  }
}

/**
 * Stores a hunt's JSON report under its id.
 *
 * @returns the path of the file
 * @throws FlakehoundError `ENV_STATE_DIR`
 */
export async function storeHunt(root: string, id: string, json: string): Promise<string> {
  const path = join(huntsFolder(root), `${id}.json`);
  try {
    await writeFileAtomic(path, json);
  } catch (error) {
    throw stateError(root, error);
  }
  return path;
}

/**
 * Finds the stored hunt with the latest id.
 *
 * @throws FlakehoundError `REPORT_UNREADABLE` when there is none
 */
export async function lastHunt(root: string): Promise<string> {
  const names = await readdir(huntsFolder(root)).catch((error: unknown) => {
    throw noHunt(root, error);
  });
  const last = latestHunt(names);
  if (last === undefined) throw noHunt(root);
  return join(huntsFolder(root), last);
}

/** Picks, of the names in a folder of hunts, the one of the latest; hidden ones are unfinished. */
export function latestHunt(names: readonly string[]): string | undefined {
  return names
    .filter((name) => /^[^.].*\.json$/.test(name))
    .sort()
    .at(-1);
}

function noHunt(root: string, cause?: unknown): FlakehoundError {
  return new FlakehoundError('REPORT_UNREADABLE', `no stored hunt under ${huntsFolder(root)}`, {
    hint: 'flakehound hunt stores one; flakehound report FILE reads another report',
    cause,
  });
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
