import { isErrnoError } from '../../errno.js';
import { call, type Script } from '../script.js';

/**
 * Runs a script on an open descriptor and closes it, whatever happens.
 *
 * @throws what the script threw; when the close failed too, an AggregateError of both, with the
 * code and words of the first, as Node's asynchronous forms do
 */
export function* closing<T>(fd: number, body: Script<T>): Script<T> {
  let result: T;
  try {
    result = yield* body;
  } catch (error) {
    yield* closeAfter(fd, error);
    throw error;
  }
  yield* call('close', fd);
  return result;
}

function* closeAfter(fd: number, error: unknown): Script<void> {
  try {
    yield* call('close', fd);
  } catch (closeError) {
    // What isn't from the system (a crash of the world, say) must arrive as it is.
    if (!isErrnoError(error) || !isErrnoError(closeError)) throw error;
    const both = new AggregateError([error, closeError], error.message);
    throw Object.assign(both, { code: error.code });
  }
}
