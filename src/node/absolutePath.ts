import { resolve } from 'node:path';
import { FlakehoundError } from '../errors.js';

/**
 * A path as it is meant from the current folder.
 *
 * @throws FlakehoundError `STORE_DIR` for an empty one, which would mean the current folder, or none
 */
export function absolutePath(path: string): string {
  if (typeof path === 'string' && path !== '') return resolve(path);
  throw new FlakehoundError('STORE_DIR', `${JSON.stringify(path) ?? typeof path} is no path`, {
    hint: 'give the path of a folder; the current one is "."',
  });
}
