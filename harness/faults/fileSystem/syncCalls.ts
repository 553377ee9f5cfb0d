import type { Dirent, PathLike } from 'node:fs';
import { isErrnoError } from '../errno.js';
import { composedCalls } from './composed.js';
import { exists } from './composites/exists.js';
import type { Core } from './core.js';
import { Dir } from './dir.js';
import { type Direct, directCalls, nativeRealpath } from './direct.js';
import { mkdtempDisposableSync } from './mkdtempDisposable.js';
import { pathText } from './syscalls.js';
import { readTransfer, writeTransfer } from './transfers.js';

type SyncCall = (...given: unknown[]) => unknown;

/** A call of `node:fs` whose name ends in `Sync`. */
export function syncCall(core: Core, name: string): SyncCall | undefined {
  return specialCalls[name]?.(core) ?? plainCall(core, name.slice(0, -'Sync'.length));
}

function plainCall(core: Core, name: string): SyncCall | undefined {
  const compose = composedCalls[name];
  if (compose) {
    return (...given) => {
      const { within, script } = compose(given, 'sync');
      return core.runner.sync(within, script);
    };
  }
  const direct = directCalls[name];
  return direct && directly(core, direct);
}

const specialCalls: Readonly<Record<string, (core: Core) => SyncCall>> = {
  existsSync:
    ({ runner }) =>
    (path) =>
      runner.sync('exists', exists(path as PathLike)),
  lstatSync: (core) => perhapsAbsent(plainCall(core, 'lstat') as SyncCall),
  mkdtempDisposableSync: (core) => (prefix, given) =>
    mkdtempDisposableSync(core, prefix as string, given),
  opendirSync:
    ({ gate }) =>
    (path) =>
      new Dir(pathText(path) as string, gate.sync('opendir', [path as PathLike]) as Dirent[]),
  readSync:
    ({ gate }) =>
    (fd, ...rest) => {
      const { view, offset, length, at } = readTransfer(rest);
      return gate.sync('read', [fd as number, view, offset, length, at]);
    },
  realpathSync: (core) =>
    Object.assign(plainCall(core, 'realpath') as SyncCall, {
      native: directly(core, nativeRealpath),
    }),
  statSync: (core) => perhapsAbsent(plainCall(core, 'stat') as SyncCall),
  writeSync:
    ({ gate }) =>
    (fd, ...rest) => {
      const { view, offset, length, at } = writeTransfer(rest);
      return gate.sync('write', [fd as number, view, offset, length, at]);
    },
};

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
