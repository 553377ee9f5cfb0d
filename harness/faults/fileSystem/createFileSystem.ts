import type { PathLike } from 'node:fs';
import type { Interceptor } from '../interceptor.js';
import { nodeFs } from '../nodeFs.js';
import type { Backend } from '../primitives.js';
import { callbackCalls } from './callbackCalls.js';
import { Dir } from './dir.js';
import { Gate } from './gate.js';
import { promiseCalls } from './promiseCalls.js';
import { Runner, type Sleep } from './script.js';
import { streamClasses } from './streams.js';
import { syncCalls } from './syncCalls.js';
import { watchSync } from './watching.js';

/** The whole of `node:fs`, over any backend. */
export type FileSystem = typeof import('node:fs');

/** What a file system takes from the world besides files. */
export interface FileSystemOptions {
  /** How `rm` and `watchFile` wait; the real clock when absent. */
  readonly sleep?: Sleep;
}

/**
 * A file system like `node:fs` whose every effect is a primitive of the backend, and passes the
 * interceptor exactly once.
 */
export function createFileSystem(
  backend: Backend,
  interceptor: Interceptor,
  options: FileSystemOptions = {},
): FileSystem {
  const gate = new Gate(backend, interceptor);
  const core = { gate, runner: new Runner(gate, options.sleep ?? realSleep) };
  const streams = streamClasses(core);
  return {
    ...callbackCalls(core),
    ...syncCalls(core),
    ...streams,
    Dir,
    Dirent: nodeFs.Dirent,
    Stats: nodeFs.Stats,
    FileReadStream: streams.ReadStream,
    FileWriteStream: streams.WriteStream,
    F_OK: nodeFs.constants.F_OK,
    R_OK: nodeFs.constants.R_OK,
    W_OK: nodeFs.constants.W_OK,
    X_OK: nodeFs.constants.X_OK,
    constants: nodeFs.constants,
    createReadStream: (path: unknown, given?: unknown) => new streams.ReadStream(path, given),
    createWriteStream: (path: unknown, given?: unknown) => new streams.WriteStream(path, given),
    promises: promiseCalls(core, streams),
    watch: (path: PathLike, ...rest: unknown[]) => watchSync(gate, path, ...rest),
  } as unknown as FileSystem;
}

const realSleep: Sleep = {
  sync: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  async: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
