import type { PathLike } from 'node:fs';
import type { CompositeName } from '../interceptor.js';
import { nodeFs } from '../nodeFs.js';
import { type Callback, callBack } from './callBack.js';
import { writev } from './composites/vectors.js';
import type { Core } from './core.js';

type StreamClass = new (path: unknown, options?: unknown) => NodeJS.EventEmitter;

/** The stream classes of one file system; `instanceof` Node's own holds for what they make. */
export interface StreamClasses {
  readonly ReadStream: StreamClass;
  readonly WriteStream: StreamClass;
}

interface OpenFile {
  readonly fd: number;
  close(): Promise<void>;
}

/**
 * Node's own streams, with the file system's primitives in place of Node's: each open, read, write,
 * fsync and close is one operation. Whoever passes an `fs` of his own keeps it.
 */
export function streamClasses(core: Core): StreamClasses {
  return {
    ReadStream: streamClass('ReadStream', primitivesFor(core, 'createReadStream')),
    WriteStream: streamClass('WriteStream', primitivesFor(core, 'createWriteStream')),
  };
}

function streamClass(
  name: 'ReadStream' | 'WriteStream',
  primitives: ReturnType<typeof primitivesFor>,
): StreamClass {
  const base = nodeFs[name] as unknown as StreamClass;
  // A function, since Node lets it be called without `new`.
  const made = function (this: unknown, path: unknown, given: unknown): unknown {
    const options = typeof given === 'string' ? { encoding: given } : given;
    const how = { fs: primitives, ...((options ?? undefined) as object | undefined) };
    const target = new.target ?? made;
    return Reflect.construct(base, [path, overHandle(how)], target as never);
  };
  Object.defineProperty(made, 'name', { value: name });
  Object.setPrototypeOf(made, base);
  made.prototype = Object.create(base.prototype, { constructor: { value: made } });
  return made as unknown as StreamClass;
}

/** With a FileHandle the stream uses its descriptor, and closes it through the handle. */
function overHandle(options: { fs: object; fd?: unknown }): object {
  const file = options.fd as OpenFile | null | undefined;
  if (typeof file !== 'object' || file === null || typeof file.fd !== 'number') return options;
  const close = (_fd: number, callback: Callback): void => callBack(file.close(), callback);
  return { ...options, fd: file.fd, fs: { ...options.fs, close } };
}

type TransferArguments = [
  fd: number,
  view: Buffer,
  offset: number,
  length: number,
  at: number | null | undefined,
  callback: Callback,
];

function primitivesFor({ gate, runner }: Core, within: CompositeName) {
  const origin = { form: 'callback', within } as const;
  const transfer =
    (name: 'read' | 'write') =>
    (...[fd, view, offset, length, at, callback]: TransferArguments): void =>
      callBack(
        gate.async(name, [fd, view, offset, length, at ?? null], origin),
        callback,
        (bytes) => [bytes, view],
      );
  return {
    open: (path: PathLike, flags: string, mode: number, callback: Callback) =>
      callBack(gate.async('open', [path, flags, mode], origin), callback),
    read: transfer('read'),
    write: transfer('write'),
    writev: (fd: number, from: Buffer[], at: number | null | undefined, callback: Callback) =>
      callBack(runner.async(origin, writev(fd, from, at ?? null)), callback, (n) => [n, from]),
    fsync: (fd: number, callback: Callback) =>
      callBack(gate.async('fsync', [fd], origin), callback),
    close: (fd: number, callback: Callback) =>
      callBack(gate.async('close', [fd], origin), callback),
  };
}
