import type { Dirent, PathLike } from 'node:fs';
import { isErrnoError } from '../errno.js';
import { composedCalls } from './composed.js';
import { exists } from './composites/exists.js';
import type { Core } from './core.js';
import { Dir } from './dir.js';
import { type Direct, directCalls, nativeRealpath } from './direct.js';
import { pathText } from './syscalls.js';
import { readTransfer, writeTransfer } from './transfers.js';

type SyncCall = (...given: unknown[]) => unknown;

/** Every call of `node:fs` whose name ends in `Sync`. */
export function syncCalls(core: Core): Record<string, SyncCall> {
  const { gate, runner } = core;
  const calls: Record<string, SyncCall> = {};
  for (const [name, direct] of Object.entries(directCalls)) {
    calls[`${name}Sync`] = directly(core, direct);
  }
  for (const [name, compose] of Object.entries(composedCalls)) {
    calls[`${name}Sync`] = (...given) => {
      const { within, script } = compose(given, 'sync');
      return runner.sync(within, script);
    };
  }
  return {
    ...calls,
    existsSync: (path) => runner.sync('exists', exists(path as PathLike)),
    lstatSync: perhapsAbsent(calls.lstatSync as SyncCall),
    opendirSync: (path) =>
      new Dir(pathText(path) as string, gate.sync('opendir', [path as PathLike]) as Dirent[]),
    readSync: (fd, ...rest) => {
      const { view, offset, length, at } = readTransfer(rest);
      return gate.sync('read', [fd as number, view, offset, length, at]);
    },
    realpathSync: Object.assign(calls.realpathSync as SyncCall, {
      native: directly(core, nativeRealpath),
    }),
    statSync: perhapsAbsent(calls.statSync as SyncCall),
    writeSync: (fd, ...rest) => {
      const { view, offset, length, at } = writeTransfer(rest);
      return gate.sync('write', [fd as number, view, offset, length, at]);
    },
  };
}

function directly({ gate }: Core, { primitive, args, result }: Direct): SyncCall {
  return (...given) => {
    const value = gate.sync(primitive, args(given) as never);
    return result ? result(value, given) : value;
  };
}

function perhapsAbsent(stat: SyncCall): SyncCall {
  return (path, options) => {
    try {
      return stat(path, options);
    } catch (error) {
      const isWelcome = Reflect.get(Object(options ?? {}), 'throwIfNoEntry') !== false;
      if (isWelcome || !isErrnoError(error) || error.code !== 'ENOENT') throw error;
      return undefined;
    }
  };
}
