import { dirname, resolve, sep } from 'node:path';
import { isErrnoError } from '../../errno.js';
import { call, type Script } from '../script.js';
import type { Pair } from './cp.js';
import { copyError } from './cpErrors.js';

/** A link is made anew, to the same place unless `verbatim`: then with the same words. */
export function* copyLink({ from, to, target }: Pair, verbatim: boolean): Script<void> {
  const asWritten = (yield* call('readlink', from)).toString();
  const aim = verbatim ? asWritten : resolve(dirname(from), asWritten);
  const oldAim = target === undefined ? undefined : yield* aimOf(to);
  if (oldAim !== undefined) {
    if (isWithin(aim, oldAim)) throw copyError('linkIntoItself', aim, oldAim, to);
    const overwritten = yield* call('stat', to, { bigint: false });
    if (overwritten.isDirectory() && isWithin(oldAim, aim)) {
      throw copyError('linkOverParent', aim, oldAim, to);
    }
    yield* call('unlink', to);
  }
  yield* call('symlink', aim, to, null);
}

/** Where a link points, undefined when it is none: then `symlink` will say what stands there. */
function* aimOf(link: string): Script<string | undefined> {
  try {
    return resolve(dirname(link), (yield* call('readlink', link)).toString());
  } catch (error) {
    if (isErrnoError(error) && error.code === 'EINVAL') return undefined;
    throw error;
  }
}

/** Whether `inner` is `outer` or lies below it. */
export function isWithin(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}
