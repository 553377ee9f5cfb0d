import { posix } from 'node:path';
import { FlakehoundError } from '../../../src/index.js';
import type { Interceptor, Operation } from '../interceptor.js';
import type { Backend, PrimitiveName, Primitives } from '../primitives.js';
import type { Disk } from './disk.js';
import { diskBackend } from './diskBackend.js';
import type { Recorder } from './recorder.js';
import type { Step } from './recording.js';

type AnyCall = (...args: readonly unknown[]) => unknown;

/** What changes a disk by path; repeated on the mirror as it was called. */
const onPath: ReadonlySet<PrimitiveName> = new Set([
  'chmod',
  'chown',
  'copyFile',
  'lchown',
  'link',
  'lutimes',
  'mkdir',
  'rename',
  'rmdir',
  'symlink',
  'unlink',
  'utimes',
]);

/** What changes a disk, or a descriptor's position, by descriptor. */
const onDescriptor: ReadonlySet<PrimitiveName> = new Set([
  'fchmod',
  'fchown',
  'fdatasync',
  'fsync',
  'ftruncate',
  'futimes',
]);

/**
 * Repeats on a {@link Disk} whatever succeeds below one directory of another file system, so that
 * the effects of any backend can be recorded. An asynchronous operation counts as having happened
 * when it completes.
 */
export class Mirror implements Interceptor {
  private readonly calls: Primitives;
  private readonly disk: Disk;
  private readonly recorder: Recorder;
  private readonly from: { readonly backend: Backend; readonly dir: string };
  private readonly descriptors = new Map<number, number>();

  /** @param from - the file system that is mirrored, and its directory of which the disk has a copy */
  constructor(recorder: Recorder, disk: Disk, from: { backend: Backend; dir: string }) {
    this.calls = diskBackend(disk).sync;
    this.disk = disk;
    this.recorder = recorder;
    this.from = from;
    recorder.ownDescriptor = (fd) => this.descriptors.get(fd);
  }

  sync<T>(operation: Operation, proceed: (args?: readonly unknown[]) => T): T {
    const step = this.recorder.stepOf(operation);
    const result = proceed();
    this.recorder.within(step, () => this.repeat(operation, result, step));
    this.recorder.noteDescriptor(operation, result, step.site);
    return result;
  }

  async async<T>(
    operation: Operation,
    proceed: (args?: readonly unknown[]) => Promise<T>,
  ): Promise<T> {
    const step = this.recorder.stepOf(operation);
    const mine = this.descriptors.get(operation.fd ?? -1);
    // Once it is closed, another open may get the same number before this one is told.
    if (operation.name === 'close') this.descriptors.delete(operation.fd ?? -1);
    const result = await proceed();
    const isClosed = operation.name === 'close' && mine !== undefined;
    if (isClosed) this.calls.close(mine);
    else this.recorder.within(step, () => this.repeat(operation, result, step));
    this.recorder.noteDescriptor(operation, result, step.site);
    return result;
  }

  private repeat(operation: Operation, result: unknown, step: Step): void {
    const { name, args } = operation;
    if (name === 'open') this.open(args, result as number, step);
    else if (name === 'mkdtemp') {
      const path = String(result);
      if (this.contains(path)) this.calls.mkdir(path, 0o700);
    } else if (onPath.has(name)) this.repeatOnPath(operation, step);
    else this.repeatOnDescriptor(operation, result);
  }

  private open(args: readonly unknown[], fd: number, step: Step): void {
    if (!this.contains(step.path)) return;
    this.descriptors.set(fd, (this.calls.open as AnyCall)(...args) as number);
  }

  private repeatOnDescriptor(operation: Operation, result: unknown): void {
    const mine = this.descriptors.get(operation.fd ?? -1);
    if (mine === undefined) return;
    const { name, args } = operation;
    if (name === 'close') {
      this.descriptors.delete(operation.fd ?? -1);
      this.calls.close(mine);
    } else if (name === 'write') {
      const [, bytes, offset, , at] = args as Parameters<Primitives['write']>;
      this.calls.write(mine, bytes, offset, result as number, at);
    } else if (name === 'read') {
      const [, , , , at] = args as Parameters<Primitives['read']>;
      const open = this.disk.open.get(mine);
      if (open && (at === null || at < 0)) open.position += result as number;
    } else if (onDescriptor.has(name)) (this.calls[name] as AnyCall)(mine, ...args.slice(1));
  }

  private repeatOnPath({ name, args }: Operation, step: Step): void {
    // A symbolic link's first path is what it says, not where it is.
    const ends = name === 'symlink' ? [step.dest] : [step.path, step.dest];
    const inside = ends.filter((path) => path !== undefined).map((path) => this.contains(path));
    if (!inside.includes(true)) return;
    if (!inside.includes(false)) (this.calls[name] as AnyCall)(...args);
    else if (name === 'copyFile' && this.contains(step.dest)) this.copyIn(step.dest as string);
    else if (name !== 'copyFile') throw this.crossing(name, step);
  }

  /** A copy of a file that the disk doesn't have. */
  private copyIn(path: string): void {
    const fd = this.calls.open(path, 'w', undefined);
    const bytes = contentOf(this.from.backend.sync, path);
    this.calls.write(fd, bytes, 0, bytes.length, 0);
    this.calls.close(fd);
  }

  private contains(path: string | undefined): boolean {
    return path !== undefined && `${path}/`.startsWith(`${posix.resolve('/', this.from.dir)}/`);
  }

  private crossing(name: string, step: Step): FlakehoundError {
    return new FlakehoundError(
      'CRASH_OUTSIDE',
      `${name} from ${step.path} to ${step.dest} crosses the edge of ${this.from.dir}, below which crashes are modelled`,
      { hint: 'pass a `dir` that holds both, or keep such files out of the workload' },
    );
  }
}

/** A whole file by primitives. */
export function contentOf(calls: Primitives, path: string): Uint8Array {
  const fd = calls.open(path, 'r', undefined);
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = new Uint8Array(65_536);
    const read = calls.read(fd, chunk, 0, chunk.length, null);
    if (read === 0) break;
    chunks.push(chunk.subarray(0, read));
  }
  calls.close(fd);
  return Buffer.concat(chunks);
}

/** Copies a directory with everything in it from one file system to another, by primitives. */
export function copyTree(from: Primitives, to: Primitives, path: string): void {
  // In order of names, so that inode numbers repeat whatever order a file system lists them in.
  const entries = from.readdir(path).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const child = posix.join(path, entry.name);
    if (entry.isDirectory()) {
      to.mkdir(child, undefined);
      copyTree(from, to, child);
    } else if (entry.isSymbolicLink()) to.symlink(from.readlink(child), child, null);
    else if (entry.isFile()) {
      const bytes = contentOf(from, child);
      const fd = to.open(child, 'w', undefined);
      to.write(fd, bytes, 0, bytes.length, 0);
      to.close(fd);
    }
    if (!entry.isSymbolicLink()) to.chmod(child, Number(from.stat(child, { bigint: false }).mode));
  }
}
