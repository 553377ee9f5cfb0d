import { resolve } from 'node:path';

/** A path as it is meant from the current folder. */
export function absolutePath(path: string): string {
  return resolve(path);
}
