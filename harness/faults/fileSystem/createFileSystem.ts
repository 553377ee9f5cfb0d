import type { PathLike } from 'node:fs';
import type { Interceptor } from '../interceptor.js';
import { nodeFs, nodeFsNames, nodePromisesNames } from '../nodeFs.js';
import type { Backend } from '../primitives.js';
import { callbackCalls } from './callbackCalls.js';
import { Dir } from './dir.js';
import { Gate } from './gate.js';
import { mkdtempDisposableSync } from './mkdtempDisposable.js';
import { promiseCalls } from './promiseCalls.js';
import { Runner } from './script.js';
import { streamClasses } from './streams.js';
import { syncCalls } from './syncCalls.js';
import { realTimers, type Timers } from './timers.js';
import { refusal, unsupportedCalls, unsupportedPromises } from './unsupported.js';
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
  const streams = streamClasses(core);
  const watchers = new FileWatchers(gate, timers);
  const promises = likeNode('fs.promises', nodePromisesNames, {
    ...unsupportedPromises(),
    ...promiseCalls(core, streams),
  });
  return likeNode('fs', nodeFsNames, {
    ...unsupportedCalls(),
    ...callbackCalls(core),
    ...syncCalls(core),
    ...streams,
    FileReadStream: streams.ReadStream,
    FileWriteStream: streams.WriteStream,
    Dir,
    Dirent: nodeFs.Dirent,
    Stats: nodeFs.Stats,
    _toUnixTimestamp: Reflect.get(nodeFs, '_toUnixTimestamp'),
    ...accessModes,
    constants: nodeFs.constants,
    createReadStream: (path: unknown, given?: unknown) => new streams.ReadStream(path, given),
    createWriteStream: (path: unknown, given?: unknown) => new streams.WriteStream(path, given),
    mkdtempDisposableSync: (prefix: string, given?: unknown) =>
      mkdtempDisposableSync(core, prefix, given),
    promises,
    watch: (path: PathLike, ...rest: unknown[]) => watchSync(gate, path, ...rest),
    watchFile: watchers.watch.bind(watchers),
    unwatchFile: watchers.unwatch.bind(watchers),
  }) as unknown as FileSystem;
}

const { F_OK, R_OK, W_OK, X_OK } = nodeFs.constants;
const accessModes = { F_OK, R_OK, W_OK, X_OK };

/**
 * Only the names that this Node has, in its order; what it has and we don't know (of a version to
 * come) refuses to be called. Node names lchmod everywhere, and has it on macOS only.
 */
function likeNode(
  prefix: string,
  names: readonly string[],
  ours: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const isAbsent = (name: string): boolean =>
    name.startsWith('lchmod') && prefix === 'fs' && nodeFs.lchmod === undefined;
  const made = (name: string): unknown => {
    if (isAbsent(name)) return undefined;
    return ours[name] ?? refusal(`${prefix}.${name}`, 'use a call that Node 24 knows');
  };
  return Object.fromEntries(names.map((name) => [name, made(name)]));
}
