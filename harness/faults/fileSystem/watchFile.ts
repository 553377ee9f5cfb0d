import { EventEmitter } from 'node:events';
import type { BigIntStats, PathLike, Stats } from 'node:fs';
import { resolve } from 'node:path';
import { isErrnoError } from '../errno.js';
import { complain, isPath } from './arguments.js';
import type { Gate } from './gate.js';
import { pathText } from './syscalls.js';
import type { Timers } from './timers.js';

type AnyStats = Stats | BigIntStats;
type Listener = (current: AnyStats, previous: AnyStats) => void;

interface WatchFileOptions {
  readonly bigint: boolean;
  readonly persistent: boolean;
  /** ms between two looks */
  readonly interval: number;
}

const defaults: WatchFileOptions = { bigint: false, persistent: true, interval: 5007 };

/** The polling watchers of one file system, one for each path as with Node. */
export class FileWatchers {
  private readonly gate: Gate;
  private readonly timers: Timers;
  private readonly byPath = new Map<string, FileWatcher>();

  constructor(gate: Gate, timers: Timers) {
    this.gate = gate;
    this.timers = timers;
  }

  /** `fs.watchFile`. @throws what Node throws for a wrong path or a missing listener */
  watch(path: PathLike, ...rest: readonly unknown[]): FileWatcher {
    const [given, listener] = typeof rest[0] === 'function' ? [undefined, rest[0]] : rest;
    if (!isPath(path) || typeof listener !== 'function') complain('watchFile', [path, ...rest]);
    const key = resolve(pathText(path) as string);
    let watcher = this.byPath.get(key);
    if (watcher === undefined) {
      const options = { ...defaults, ...(given as Partial<WatchFileOptions> | undefined) };
      watcher = new FileWatcher(this.gate, this.timers, { path, options });
      this.byPath.set(key, watcher);
    }
    return watcher.on('change', listener as Listener);
  }

  /** `fs.unwatchFile`: one listener, or all of them. */
  unwatch(path: PathLike, listener?: Listener): void {
    const key = resolve(pathText(path) ?? complain('unwatchFile', [path]));
    const watcher = this.byPath.get(key);
    if (watcher === undefined) return;
    if (listener === undefined) watcher.removeAllListeners('change');
    else watcher.off('change', listener);
    if (watcher.listenerCount('change') > 0) return;
    watcher.stop();
    this.byPath.delete(key);
  }
}

/** As `fs.StatWatcher`: looks at one path again and again. A path that is missing is all zeros. */
export class FileWatcher extends EventEmitter {
  private readonly gate: Gate;
  private readonly timers: Timers;
  private readonly path: PathLike;
  private readonly options: WatchFileOptions;
  private previous: AnyStats | undefined;
  private cancel: () => void = () => {};
  private isStopped = false;
  private keepsAlive: boolean;

  constructor(
    gate: Gate,
    timers: Timers,
    { path, options }: { path: PathLike; options: WatchFileOptions },
  ) {
    super();
    this.gate = gate;
    this.timers = timers;
    this.path = path;
    this.options = options;
    this.keepsAlive = options.persistent;
    void this.look();
  }

  /** Keeps the process alive from the next look on. */
  ref(): this {
    this.keepsAlive = true;
    return this;
  }

  /** Lets the process end from the next look on. */
  unref(): this {
    this.keepsAlive = false;
    return this;
  }

  stop(): void {
    this.isStopped = true;
    this.cancel();
  }

  private async look(): Promise<void> {
    const current = await this.stat();
    if (this.isStopped) return;
    const { interval: ms } = this.options;
    this.cancel = this.timers.start(() => void this.look(), { ms, keepsAlive: this.keepsAlive });
    const previous = this.previous ?? current;
    const isFirst = this.previous === undefined;
    this.previous = current;
    // A path that is missing at the first look is reported once.
    if (isFirst ? isAbsent(current) : !isAlike(current, previous)) {
      process.nextTick(() => this.emit('change', current, previous));
    }
  }

  private async stat(): Promise<AnyStats> {
    const bigint = { bigint: this.options.bigint };
    try {
      const origin = { form: 'callback', within: 'watchFile' } as const;
      return await this.gate.async('stat', [this.path, bigint], origin);
    } catch (error) {
      if (!isErrnoError(error)) this.stop();
      return absent(this.options.bigint);
    }
  }
}

const compared = [
  'dev',
  'ino',
  'mode',
  'nlink',
  'uid',
  'gid',
  'size',
  'mtimeMs',
  'ctimeMs',
] as const;

function isAlike(a: AnyStats, b: AnyStats): boolean {
  return compared.every((key) => a[key] === b[key]);
}

function isAbsent(stats: AnyStats): boolean {
  return Number(stats.mode) === 0 && Number(stats.nlink) === 0;
}

function absent(bigint: boolean): AnyStats {
  const nothing = bigint ? 0n : 0;
  const never = (): boolean => false;
  const numbers = [...compared, 'rdev', 'blksize', 'blocks', 'atimeMs', 'birthtimeMs'];
  const times = ['atime', 'mtime', 'ctime', 'birthtime'].map((key) => [key, new Date(0)]);
  const kinds = [
    'File',
    'Directory',
    'SymbolicLink',
    'BlockDevice',
    'CharacterDevice',
    'FIFO',
    'Socket',
  ];
  return Object.fromEntries([
    ...numbers.map((key) => [key, nothing]),
    ...times,
    ...kinds.map((kind) => [`is${kind}`, never]),
  ]) as AnyStats;
}
