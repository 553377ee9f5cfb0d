import { constants, type PathLike } from 'node:fs';
import { nodeFs } from '../nodeFs.js';
import { composedCalls } from './composed.js';
import type { Core } from './core.js';
import { Dir } from './dir.js';
import { type Direct, directCalls, nativeRealpath } from './direct.js';
import { FileHandle } from './fileHandle.js';
import { mkdtempDisposable } from './mkdtempDisposable.js';
import type { StreamClasses } from './streams.js';
import { pathText } from './syscalls.js';
import { watchAsync } from './watching.js';

type PromiseCall = (...given: unknown[]) => Promise<unknown>;

/** Those that Node offers by promise only on a FileHandle. */
const onHandlesOnly = new Set([
  'close',
  'fchmod',
  'fchown',
  'fdatasync',
  'fstat',
  'fsync',
  'ftruncate',
  'futimes',
  'readv',
  'writev',
]);

const byPromise = { form: 'promise' } as const;

/** What stands under a name of `fs.promises`. */
export function promiseCall(core: Core, streams: () => StreamClasses, name: string): unknown {
  const { gate } = core;
  switch (name) {
    case 'constants':
      return constants;
    case 'lchmod':
      return nodeFs.lchmod === undefined ? nodeFs.promises.lchmod : plainCall(core, name);
    case 'mkdtempDisposable':
      return (prefix: string, options?: unknown) => mkdtempDisposable(core, prefix, options);
    case 'open': {
      const open = plainCall(core, name) as PromiseCall;
      return async (...given: unknown[]) =>
        new FileHandle(core, streams(), (await open(...given)) as number);
    }
    case 'opendir':
      return async (path: PathLike) =>
        new Dir(pathText(path) as string, await gate.async('opendir', [path], byPromise));
    case 'watch':
      return (path: PathLike, options: unknown) => watchAsync(gate, path, options);
    default:
      return onHandlesOnly.has(name) ? undefined : plainCall(core, name);
  }
}

function plainCall(core: Core, name: string): PromiseCall | undefined {
  const compose = composedCalls[name];
  if (compose) {
    return async (...given) => {
      const { within, script } = compose(given, 'promise');
      return core.runner.async({ ...byPromise, ...(within && { within }) }, script);
    };
  }
  const direct = name === 'realpath' ? nativeRealpath : directCalls[name];
  return direct && directly(core, direct);
}

function directly({ gate }: Core, { primitive, args, result }: Direct): PromiseCall {
  return async (...given) => {
    const value: unknown = await gate.async(primitive, args(given) as never, byPromise);
    return result ? result(value, given) : value;
  };
}
