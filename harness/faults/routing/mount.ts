import { resolve, sep } from 'node:path';
import { FlakehoundError } from '../../../src/index.js';
import { errnoError } from '../errno.js';
import { pathText, shapes } from '../fileSystem/syscalls.js';
import { firstVirtualDescriptor } from '../virtualDescriptors.js';

/** A call of `node:fs`: its name without `Sync`, and what it was given. */
export interface FsCall {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Who is to answer a call. */
export type Answerer = 'mounted' | 'original' | { readonly fails: NodeJS.ErrnoException };

const onDescriptor = new Set(
  ['readv', 'writev'].concat(
    Object.entries(shapes).flatMap(([name, { subject }]) => (subject === 'fd' ? [name] : [])),
  ),
);
const onTwoPaths = new Set(['copyFile', 'cp', 'link', 'rename']);

/**
 * The directory that a route is limited to, with the descriptors that were opened through it. As
 * with a real mount, rename and link cannot cross its edge, and symbolic links from outside are not
 * followed into it.
 */
export class Mount {
  readonly directory: string;
  private readonly descriptors = new Set<number>();

  constructor(directory: string) {
    this.directory = resolve(directory);
  }

  /** @throws FlakehoundError `FAULTS_MOUNT` for a copy across the mount's edge */
  answererOf({ name, args }: FsCall): Answerer {
    if (onDescriptor.has(name)) return this.holds(args[0]);
    if (onTwoPaths.has(name)) return this.ofTwoPaths(name, args);
    if (name === 'symlink') return this.ofPath(args[1]);
    if (name.endsWith('ReadStream') || name.endsWith('WriteStream')) {
      const { fd } = Object(args[1] ?? {}) as { fd?: unknown };
      return fd === undefined || fd === null ? this.ofPath(args[0]) : this.holds(fd);
    }
    return isFile(args[0]) ? this.holds(args[0]) : this.ofPath(args[0]);
  }

  /** Keeps note of what a call answered here gave: a descriptor, or a FileHandle. */
  opened(result: unknown): void {
    if (typeof result === 'number') this.descriptors.add(result);
    if (!isHandle(result)) return;
    const { fd } = result;
    this.descriptors.add(fd);
    result.once('close', () => this.closed(fd));
  }

  /** One in memory stays ours: closed twice, it must be told here, not by the real file system. */
  closed(fd: unknown): void {
    if ((fd as number) < firstVirtualDescriptor) this.descriptors.delete(fd as number);
  }

  private holds(file: unknown): Answerer {
    const fd = isHandle(file) ? file.fd : file;
    return this.descriptors.has(fd as number) ? 'mounted' : 'original';
  }

  private ofPath(path: unknown): Answerer {
    const text = pathText(path);
    return text !== undefined && this.contains(text) ? 'mounted' : 'original';
  }

  private ofTwoPaths(name: string, [from, to]: readonly unknown[]): Answerer {
    const [path, dest] = [pathText(from), pathText(to)];
    const answerer = this.ofPath(from);
    if (path === undefined || dest === undefined || answerer === this.ofPath(to)) return answerer;
    if (name === 'rename' || name === 'link') {
      return { fails: errnoError('EXDEV', { syscall: name, path, dest }) };
    }
    throw new FlakehoundError(
      'FAULTS_MOUNT',
      `${name} from ${path} to ${dest} crosses the edge of the route under ${this.directory}`,
      { hint: 'copy by readFile and writeFile, or route without a directory' },
    );
  }

  private contains(path: string): boolean {
    const full = resolve(path);
    return full === this.directory || `${full}${sep}`.startsWith(withSeparator(this.directory));
  }
}

interface Handle {
  readonly fd: number;
  once(event: 'close', listener: () => void): unknown;
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'fd' in value && 'once' in value;
}

function isFile(value: unknown): boolean {
  return typeof value === 'number' || isHandle(value);
}

function withSeparator(directory: string): string {
  return directory.endsWith(sep) ? directory : `${directory}${sep}`;
}
