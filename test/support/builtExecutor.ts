import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { SuiteOptions } from '../../harness/runner/executor.js';

type LocalExecutorModule = typeof import('../../harness/runner/localExecutor.js');

const repo = fileURLToPath(new URL('../../', import.meta.url));

/** Folder whose `node_modules` has the Vitest to test against; the repo's own by default. */
const vitestHome = process.env.FLAKEHOUND_E2E_VITEST ?? repo;

/**
 * The compiled executor: the processes it forks need their entries as JavaScript beside it.
 *
 * @throws Error that says how to build when it is not built
 */
export async function builtExecutor(): Promise<LocalExecutorModule> {
  const path = join(repo, 'dist/harness/runner/localExecutor.js');
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build first`);
  // Compiled from the very module whose type it is given here.
  return (await import(pathToFileURL(path).href)) as LocalExecutorModule;
}

export interface WrittenSuite {
  readonly root: string;
  remove(): Promise<void>;
}

/** Writes a suite of its own folder, with the Vitest under test. Paths are relative to its root. */
export async function writeSuite(files: Readonly<Record<string, string>>): Promise<WrittenSuite> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'fh-suite-')));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await mkdir(join(root, 'node_modules'), { recursive: true });
  for (const name of ['vitest', 'vite']) {
    const own = join(vitestHome, 'node_modules', name);
    if (existsSync(own)) await symlink(own, join(root, 'node_modules', name));
  }
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}

/** What a hunt asks for when nothing was typed. */
export const suiteOptions = (root: string, over: Partial<SuiteOptions> = {}): SuiteOptions => ({
  root,
  config: null,
  projects: [],
  filters: [],
  testNamePattern: null,
  changed: null,
  shard: null,
  workers: 2,
  stallMs: null,
  via: 'auto',
  globalSetup: 'everyRun',
  ...over,
});
