type Done<Value extends unknown[] = []> = (
  error: NodeJS.ErrnoException | null,
  ...values: Value
) => void;

interface NodeStats {
  isFile(): boolean;
  isDirectory(): boolean;
  readonly size: number;
  readonly mtimeMs: number;
}

/** What `nodeFiles` takes from `node:fs`; anything of its shape will do. */
export interface NodeFs {
  open(path: string, flags: string, mode: number, done: Done<[fd: number]>): void;
  read(
    fd: number,
    into: Uint8Array,
    offset: number,
    length: number,
    at: number,
    done: Done<[count: number]>,
  ): void;
  readSync(fd: number, into: Uint8Array, offset: number, length: number, at: number): number;
  write(
    fd: number,
    from: Uint8Array,
    offset: number,
    length: number,
    at: number,
    done: Done<[count: number]>,
  ): void;
  writeSync(fd: number, from: Uint8Array, offset: number, length: number, at: number): number;
  fdatasync(fd: number, done: Done): void;
  fdatasyncSync(fd: number): void;
  fsync(fd: number, done: Done): void;
  ftruncate(fd: number, length: number, done: Done): void;
  fstat(fd: number, done: Done<[stats: NodeStats]>): void;
  close(fd: number, done: Done): void;
  mkdir(path: string, options: { recursive: boolean }, done: Done<[first?: string]>): void;
  readdir(path: string, done: Done<[names: string[]]>): void;
  stat(path: string, done: Done<[stats: NodeStats]>): void;
  statSync(path: string, options: { throwIfNoEntry: false }): unknown;
  rename(from: string, to: string, done: Done): void;
  link(existing: string, to: string, done: Done): void;
  unlink(path: string, done: Done): void;
}
