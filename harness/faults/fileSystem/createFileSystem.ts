import type { PathLike } from 'node:fs';
import type { Interceptor } from '../interceptor.js';
import { lazyObject } from '../lazyObject.js';
import { nodeFs, nodeFsNames, nodePromisesNames } from '../nodeFs.js';
import type { Backend } from '../primitives.js';
import { callbackCall } from './callbackCalls.js';
import type { Core } from './core.js';
import { Dir } from './dir.js';
import { Gate } from './gate.js';
import { promiseCall } from './promiseCalls.js';
import { Runner } from './script.js';
import { type StreamClasses, streamClasses } from './streams.js';
import { syncCall } from './syncCalls.js';
import { realTimers, type Timers } from './timers.js';
import { refusal, unsupportedCall } from './unsupported.js';
import { FileWatchers } from './watchFile.js';
import { watchSync } from './watching.js';

/** The whole of `node:fs`, over any backend. */
export type FileSystem = typeof import('node:fs');

/** What a file system takes from the world besides files. */
export interface FileSystemOptions {
  /** How `rm` and `watchFile` wait; the real clock when absent. */
  readonly timers?: Timers;
}

/**
 * A file system like `node:fs` whose every effect is a primitive of the backend, and passes the
 * interceptor exactly once. It has the names that `node:fs` has on this version of Node; the few
 * that no backend can be put under throw `FAULTS_UNSUPPORTED`.
 */
export function createFileSystem(
  backend: Backend,
  interceptor: Interceptor,
  options: FileSystemOptions = {},
): FileSystem {
  const gate = new Gate(backend, interceptor);
  const timers = options.timers ?? realTimers;
  const core = { gate, runner: new Runner(gate, timers) };
  const streams = once(() => streamClasses(core));
  const watchers = once(() => new FileWatchers(gate, timers));
  const promises = (): object =>
    lazyObject(
      promisesNames,
      (name) =>
        unsupportedCall('fs.promises', name) ??
        promiseCall(core, streams, name) ??
        refusal(`fs.promises.${name}`, unknownYet),
    );
  const parts: Parts = { core, streams, watchers, promises };
  return lazyObject<FileSystem>(names, (name) => {
    if (isAbsent(name)) return undefined;
    return partOf(parts, name) ?? refusal(`fs.${name}`, unknownYet);
  });
}

interface Parts {
  readonly core: Core;
  readonly streams: () => StreamClasses;
  readonly watchers: () => FileWatchers;
  readonly promises: () => object;
}

const names: ReadonlySet<string> = new Set(nodeFsNames);
const promisesNames: ReadonlySet<string> = new Set(nodePromisesNames);

/** What this Node has and we don't know, of a version to come, refuses to be called. */
const unknownYet = 'use a call that Node 24 knows';

const { F_OK, R_OK, W_OK, X_OK } = nodeFs.constants;

/** What is the same for all file systems. */
const shared: Readonly<Record<string, unknown>> = {
  Dir,
  Dirent: nodeFs.Dirent,
  F_OK,
  R_OK,
  Stats: nodeFs.Stats,
  W_OK,
  X_OK,
  _toUnixTimestamp: Reflect.get(nodeFs, '_toUnixTimestamp'),
  constants: nodeFs.constants,
};

function partOf({ core, streams, watchers, promises }: Parts, name: string): unknown {
  if (Object.hasOwn(shared, name)) return shared[name];
  switch (name) {
    case 'promises':
      return promises();
    case 'ReadStream':
    case 'FileReadStream':
      return streams().ReadStream;
    case 'WriteStream':
    case 'FileWriteStream':
      return streams().WriteStream;
    case 'createReadStream':
      return (path: unknown, given?: unknown) => new (streams().ReadStream)(path, given);
    case 'createWriteStream':
      return (path: unknown, given?: unknown) => new (streams().WriteStream)(path, given);
    case 'watch':
      return (path: PathLike, ...rest: unknown[]) => watchSync(core.gate, path, ...rest);
    case 'watchFile':
      return watchers().watch.bind(watchers());
    case 'unwatchFile':
      return watchers().unwatch.bind(watchers());
    default:
      return unsupportedCall('fs', name) ?? callOf(core, name);
  }
}

const callOf = (core: Core, name: string): unknown =>
  name.endsWith('Sync') ? syncCall(core, name) : callbackCall(core, name);

/** Node names lchmod everywhere, and has it on macOS only. */
const isAbsent = (name: string): boolean =>
  name.startsWith('lchmod') && nodeFs.lchmod === undefined;

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
