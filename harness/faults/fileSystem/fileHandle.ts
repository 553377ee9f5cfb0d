import { AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { ReadableStream } from 'node:stream/web';
import type { CompositeName } from '../interceptor.js';
import type { Primitives } from '../primitives.js';
import { codedError } from './codedError.js';
import { readFile } from './composites/readFile.js';
import { lengthOf } from './composites/truncate.js';
import { readv, writev } from './composites/vectors.js';
import { sourceOf, type WriteFileOptions, writeFile } from './composites/writeFile.js';
import type { Core } from './core.js';
import type { AsyncName } from './gate.js';
import { bigintOf, optionsOf } from './options.js';
import type { Script } from './script.js';
import type { StreamClasses } from './streams.js';
import { positionOf, readTransfer, writeTransfer } from './transfers.js';

type Views = readonly NodeJS.ArrayBufferView[];

/** An open file, as `fs.promises.FileHandle`; every method goes through the file system's gate. */
export class FileHandle extends EventEmitter {
  private readonly core: Core;
  private readonly streams: StreamClasses;
  private descriptor: number;
  private closing: Promise<void> | undefined;
  private hasWebStream = false;
  private resource: AsyncResource | undefined;

  constructor(core: Core, streams: StreamClasses, fd: number) {
    super();
    this.core = core;
    this.streams = streams;
    this.descriptor = fd;
  }

  /** -1 once closed. */
  get fd(): number {
    return this.descriptor;
  }

  getAsyncId(): number {
    this.resource ??= new AsyncResource('FILEHANDLE');
    return this.resource.asyncId();
  }

  async appendFile(data: unknown, given?: unknown): Promise<void> {
    return this.fill('appendFile', data, given);
  }

  async writeFile(data: unknown, given?: unknown): Promise<void> {
    return this.fill('writeFile', data, given);
  }

  async readFile(given?: unknown): Promise<Buffer | string> {
    const script = readFile(this.openFd('readFile'), optionsOf(given));
    return this.run('readFile', script);
  }

  async chmod(mode: number | string): Promise<void> {
    return this.ask('fchmod', this.openFd('fchmod'), mode);
  }

  async chown(uid: number, gid: number): Promise<void> {
    return this.ask('fchown', this.openFd('fchown'), uid, gid);
  }

  async datasync(): Promise<void> {
    return this.ask('fdatasync', this.openFd('fdatasync'));
  }

  async sync(): Promise<void> {
    return this.ask('fsync', this.openFd('fsync'));
  }

  async stat(options?: unknown) {
    return this.ask('fstat', this.openFd('fstat'), bigintOf(options));
  }

  async truncate(length?: number): Promise<void> {
    return this.ask('ftruncate', this.openFd('ftruncate'), lengthOf(length));
  }

  async utimes(atime: number | string | Date, mtime: number | string | Date): Promise<void> {
    return this.ask('futimes', this.openFd('futimes'), atime, mtime);
  }

  async read(...given: unknown[]) {
    const { view, offset, length, at } = readTransfer(given);
    const bytesRead = await this.ask('read', this.openFd('read'), view, offset, length, at);
    return { bytesRead, buffer: view };
  }

  async write(...given: unknown[]) {
    const { data, view, offset, length, at } = writeTransfer(given);
    const bytesWritten = await this.ask('write', this.openFd('write'), view, offset, length, at);
    return { bytesWritten, buffer: data };
  }

  async readv(buffers: Views, position?: number) {
    const script = readv(this.openFd('readv'), buffers, positionOf(position));
    return { bytesRead: await this.run('readv', script), buffers };
  }

  async writev(buffers: Views, position?: number) {
    const script = writev(this.openFd('writev'), buffers, positionOf(position));
    return { bytesWritten: await this.run('writev', script), buffers };
  }

  createReadStream(options?: object): NodeJS.EventEmitter {
    return new this.streams.ReadStream(undefined, { ...options, fd: this });
  }

  createWriteStream(options?: object): NodeJS.EventEmitter {
    return new this.streams.WriteStream(undefined, { ...options, fd: this });
  }

  readLines(options?: object): Interface {
    const input = this.createReadStream(options) as NodeJS.EventEmitter & NodeJS.ReadableStream;
    return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  }

  /** @throws ERR_INVALID_STATE when closed, or when it has such a stream already */
  readableWebStream(options?: { autoClose?: boolean }): ReadableStream {
    if (this.descriptor === -1)
      throw codedError('ERR_INVALID_STATE', 'Invalid state: The FileHandle is closed');
    if (this.hasWebStream)
      throw codedError('ERR_INVALID_STATE', 'Invalid state: The FileHandle is locked');
    this.hasWebStream = true;
    return new ReadableStream({
      type: 'bytes',
      pull: async (controller) => {
        const { bytesRead, buffer } = await this.read();
        if (bytesRead > 0) {
          controller.enqueue(new Uint8Array(buffer.buffer, buffer.byteOffset, bytesRead));
          return;
        }
        controller.close();
        if (options?.autoClose) await this.close();
      },
    });
  }

  /** Closing twice is no error. */
  close(): Promise<void> {
    if (this.closing !== undefined) return this.closing;
    if (this.descriptor === -1) return Promise.resolve();
    const fd = this.descriptor;
    this.descriptor = -1;
    this.closing = this.ask('close', fd).finally(() => {
      this.closing = undefined;
    });
    this.emit('close');
    return this.closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private openFd(call: string): number {
    if (this.descriptor !== -1) return this.descriptor;
    throw Object.assign(codedError('EBADF', 'file closed'), { syscall: call });
  }

  private fill(within: CompositeName, data: unknown, given: unknown): Promise<void> {
    const options: WriteFileOptions = { ...optionsOf(given), evenEmpty: false };
    const source = sourceOf(data, options.encoding, 'promise');
    return this.run(within, writeFile(this.openFd('writeFile'), source, options));
  }

  private ask<Name extends AsyncName>(name: Name, ...args: Parameters<Primitives[Name]>) {
    return this.core.gate.async(name, args, { form: 'promise' });
  }

  private run<T>(within: CompositeName, script: Script<T>): Promise<T> {
    return this.core.runner.async({ form: 'promise', within }, script);
  }
}
