import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageFiles } from './packages.js';
import { type SuiteShape, suiteFiles } from './suites.js';

/** A suite on disk. */
export interface WrittenSuite {
  readonly shape: SuiteShape;
  /** Absolute. */
  readonly root: string;
  remove(): Promise<void>;
}

/**
 * Writes a suite into a temporary folder, with the generated packages and links to those installed.
 *
 * @param nodeModules - the folder of the installed ones
 */
export async function writeSuite(shape: SuiteShape, nodeModules: string): Promise<WrittenSuite> {
  const root = await mkdtemp(join(tmpdir(), `flakehound-bench-${shape.name}-`));
  await writeAll(root, suiteFiles(shape));
  await linkPackages(nodeModules, join(root, 'node_modules'));
  await writeAll(join(root, 'node_modules'), packageFiles());
  return { shape, root, remove: () => rm(root, { recursive: true, force: true }) };
}

async function writeAll(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** One link each: linked as a whole, the folder would take the suites' caches in. */
async function linkPackages(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (!name.startsWith('.')) await symlink(join(from, name), join(to, name), 'junction');
  }
}
