import type { Dirent, PathLike } from 'node:fs';
import { join, relative } from 'node:path';
import { isErrnoError } from '../../errno.js';
import { encodeName } from '../options.js';
import { call, type Script } from '../script.js';
import { pathText } from '../syscalls.js';

/** The order in which a recursive walk goes down: Node's promise form takes the last one first. */
export type Walk = 'breadthFirst' | 'lastFirst';

/** `readdir` once, or once for each directory below. */
export function* readdir(
  path: PathLike,
  options: Record<string, unknown>,
  walk: Walk,
): Script<unknown[]> {
  const { encoding, withFileTypes } = options;
  const entries = options.recursive
    ? yield* everyEntry(path, { walk, followLinks: !withFileTypes })
    : yield* call('readdir', path, ...(encoding === 'buffer' ? (['buffer'] as const) : []));
  if (withFileTypes) return entries.map((entry) => withName(entry, encoding));
  if (!options.recursive) return entries.map((entry) => encodeName(entry.name, encoding));
  const base = pathText(path) as string;
  return entries.map((entry) =>
    encodeName(relative(base, join(folderOf(entry), entry.name)), encoding),
  );
}

function* everyEntry(path: PathLike, how: { walk: Walk; followLinks: boolean }): Script<Dirent[]> {
  const found: Dirent[] = [];
  const waiting: Dirent[][] = [yield* call('readdir', path)];
  const take = (): Dirent[] | undefined =>
    how.walk === 'breadthFirst' ? waiting.shift() : waiting.pop();
  for (let entries = take(); entries !== undefined; entries = take()) {
    for (const entry of entries) {
      found.push(entry);
      if (!(yield* isFolder(entry, how.followLinks))) continue;
      waiting.push(yield* call('readdir', join(folderOf(entry), entry.name)));
    }
  }
  return found;
}

/** Without file types Node goes down through links too, with them it doesn't. */
function* isFolder(entry: Dirent, followLinks: boolean): Script<boolean> {
  if (!followLinks || !entry.isSymbolicLink()) return entry.isDirectory();
  try {
    const path = join(folderOf(entry), entry.name);
    return (yield* call('stat', path, { bigint: false })).isDirectory();
  } catch (error) {
    if (isErrnoError(error)) return false;
    throw error;
  }
}

/** Since Node 20.12 `parentPath`, before it `path`. */
function folderOf(entry: Dirent): string {
  return entry.parentPath ?? entry.path;
}

function withName(entry: Dirent, encoding: unknown): Dirent {
  const name = encodeName(entry.name, encoding);
  if (name === entry.name) return entry;
  return Object.assign(Object.create(Object.getPrototypeOf(entry)), entry, { name });
}
