import type { Operation } from '../interceptor.js';
import { nodeFs } from '../nodeFs.js';

const noDescriptor = 0x7fffffff;

/** Synchronous calls that, on some versions of Node, report otherwise than the other forms do. */
const samples: Readonly<Record<string, () => unknown>> = {
  opendir: () => nodeFs.opendirSync(''),
  write: () => nodeFs.writeSync(noDescriptor, Buffer.alloc(1)),
};

const learnt = new Map<string, readonly string[]>();

/**
 * The properties that this Node gives the error of an operation, in its order: Node 20's
 * `opendirSync` leaves out the path and its `writeSync` puts the syscall before the code. Learnt by
 * provoking such an error once; undefined where all forms are alike.
 */
export function errorKeys({ form, name }: Operation): readonly string[] | undefined {
  const sample = form === 'sync' ? samples[name] : undefined;
  if (sample === undefined) return undefined;
  let keys = learnt.get(name);
  if (keys === undefined) {
    keys = keysOfFailure(sample);
    learnt.set(name, keys);
  }
  return keys;
}

function keysOfFailure(call: () => unknown): readonly string[] {
  try {
    call();
    return [];
  } catch (error) {
    return Object.keys(error as object);
  }
}
