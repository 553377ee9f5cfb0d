import type { Stats } from 'node:fs';
import { resolve, sep } from 'node:path';

/** What the checks ask of a volume; each as `node:fs` names it. */
export interface Asked {
  lstat(path: string): Stats;
  names(path: string): readonly unknown[];
}

/**
 * Why a disk refuses to rename, where memfs would go ahead and, at worst, lose a folder: the errno
 * code; undefined when nothing is wrong, `'same'` when both are one file already.
 */
export function renameRefusal(from: string, to: string, asked: Asked): string | undefined {
  const source = statOf(from, asked);
  const target = statOf(to, asked);
  if (source === undefined) return undefined;
  if (target !== undefined && target.ino === source.ino) return 'same';
  if (resolve(from).startsWith(resolve(to) + sep)) return 'ENOTEMPTY';
  if (!source.isDirectory()) return target?.isDirectory() ? 'EISDIR' : undefined;
  if (resolve(to).startsWith(resolve(from) + sep)) return 'EINVAL';
  if (target === undefined) return undefined;
  if (!target.isDirectory()) return 'ENOTDIR';
  return asked.names(to).length > 0 ? 'ENOTEMPTY' : undefined;
}

function statOf(path: string, asked: Asked): Stats | undefined {
  try {
    return asked.lstat(path);
  } catch {
    return undefined;
  }
}
