import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** What lies under a folder: path to kind and content. */
export type Tree = ReadonlyMap<string, string>;

/**
 * Reads a folder whole, links not followed.
 *
 * @param leaveOut - first parts of paths not to look at
 */
export async function readTree(root: string, leaveOut: readonly string[] = []): Promise<Tree> {
  const tree = new Map<string, string>();
  for (const entry of await readdir(root)) {
    if (!leaveOut.includes(entry)) await readInto(tree, root, entry);
  }
  return tree;
}

async function readInto(tree: Map<string, string>, root: string, path: string): Promise<void> {
  const full = join(root, path);
  const stat = await lstat(full);
  if (stat.isSymbolicLink()) tree.set(path, `link to ${await readlink(full)}`);
  else if (stat.isDirectory()) {
    for (const entry of await readdir(full)) await readInto(tree, root, join(path, entry));
  } else if (stat.isFile()) {
    const digest = createHash('sha256')
      .update(await readFile(full))
      .digest('hex');
    tree.set(path, `file ${digest}`);
  } else tree.set(path, 'something else');
}

/** Paths that appeared (`+`), vanished (`-`) or changed (`~`). */
export function treeChanges(before: Tree, after: Tree): string[] {
  const changes: string[] = [];
  for (const [path, content] of after) {
    const was = before.get(path);
    if (was === undefined) changes.push(`+ ${path}`);
    else if (was !== content) changes.push(`~ ${path}`);
  }
  for (const path of before.keys()) if (!after.has(path)) changes.push(`- ${path}`);
  return changes.sort();
}
