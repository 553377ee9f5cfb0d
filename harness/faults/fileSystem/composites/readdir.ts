import type { Dirent, PathLike } from 'node:fs';
import { join, relative } from 'node:path';
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
    ? yield* everyEntry(path, walk)
    : yield* call('readdir', path, ...(encoding === 'buffer' ? (['buffer'] as const) : []));
  if (withFileTypes) return entries.map((entry) => withName(entry, encoding));
  if (!options.recursive) return entries.map((entry) => encodeName(entry.name, encoding));
  const base = pathText(path) as string;
  return entries.map((entry) =>
    encodeName(relative(base, join(folderOf(entry), entry.name)), encoding),
  );
}

function* everyEntry(path: PathLike, walk: Walk): Script<Dirent[]> {
  const found: Dirent[] = [];
  const waiting: { entries: Dirent[] }[] = [{ entries: yield* call('readdir', path) }];
  for (let next = waiting.shift(); next !== undefined; next = takeFrom(waiting, walk)) {
    for (const entry of next.entries) {
      found.push(entry);
      if (!entry.isDirectory()) continue;
      waiting.push({ entries: yield* call('readdir', join(folderOf(entry), entry.name)) });
    }
  }
  return found;
}

function takeFrom<T>(waiting: T[], walk: Walk): T | undefined {
  return walk === 'breadthFirst' ? waiting.shift() : waiting.pop();
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
