import { FlakehoundError } from '../errors.js';

/** The error for calls of a store that was closed. */
export function closed(dir: string): FlakehoundError {
  return new FlakehoundError('STORE_CLOSED', `the store in ${dir} is closed`, {
    hint: 'open it again with openStore',
  });
}
