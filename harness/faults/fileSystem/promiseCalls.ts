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

/** `fs.promises`. */
export function promiseCalls(core: Core, streams: StreamClasses): Record<string, unknown> {
  const { gate, runner } = core;
  const calls: Record<string, PromiseCall> = {};
  for (const [name, direct] of Object.entries({ ...directCalls, realpath: nativeRealpath })) {
    if (!onHandlesOnly.has(name)) calls[name] = directly(core, direct);
  }
  for (const [name, compose] of Object.entries(composedCalls)) {
    if (onHandlesOnly.has(name)) continue;
    calls[name] = async (...given) => {
      const { within, script } = compose(given, 'promise');
      return runner.async({ ...byPromise, ...(within && { within }) }, script);
    };
  }
  const open = calls.open as PromiseCall;
  return {
    ...calls,
    constants,
    lchmod: nodeFs.lchmod === undefined ? nodeFs.promises.lchmod : calls.lchmod,
    mkdtempDisposable: (prefix: string, options?: unknown) =>
      mkdtempDisposable(core, prefix, options),
    open: async (...given: unknown[]) =>
      new FileHandle(core, streams, (await open(...given)) as number),
    opendir: async (path: PathLike) =>
      new Dir(pathText(path) as string, await gate.async('opendir', [path], byPromise)),
    watch: (path: PathLike, options: unknown) => watchAsync(gate, path, options),
  };
}

function directly({ gate }: Core, { primitive, args, result }: Direct): PromiseCall {
  return async (...given) => {
    const value: unknown = await gate.async(primitive, args(given) as never, byPromise);
    return result ? result(value, given) : value;
  };
}
