import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type SuiteShape, suiteFiles } from './suites.js';

/** A suite on disk. */
export interface WrittenSuite {
  readonly shape: SuiteShape;
  /** Absolute. */
  readonly root: string;
  remove(): Promise<void>;
}

/**
 * Writes a suite into a temporary folder, with links to the packages installed here.
 *
 * @param nodeModules - the folder whose packages it may import
 */
export async function writeSuite(shape: SuiteShape, nodeModules: string): Promise<WrittenSuite> {
  const root = await mkdtemp(join(tmpdir(), `flakehound-bench-${shape.name}-`));
  for (const [path, text] of suiteFiles(shape)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await linkPackages(nodeModules, join(root, 'node_modules'));
  return { shape, root, remove: () => rm(root, { recursive: true, force: true }) };
}

/** One link each: linked as a whole, the folder would take the suites' caches in. */
async function linkPackages(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (!name.startsWith('.')) await symlink(join(from, name), join(to, name), 'junction');
  }
}
