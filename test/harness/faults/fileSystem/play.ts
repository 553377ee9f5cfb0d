import { join } from 'node:path';
import type { FileSystem } from '../../../../harness/faults/fileSystem/createFileSystem.js';
import type { FileStep, ScriptStep, StreamStep } from './scripts.js';
import { callIn, type End, type Form } from './support.js';

/** What of a stat is compared; a volume in memory knows no umask, for one. */
export interface Compared {
  readonly modes: boolean;
  readonly links: boolean;
}

const everything: Compared = { modes: true, links: true };

interface Teller {
  readonly compared: Compared;
  /** Takes out of a text what differs by accident. */
  readonly plain: (text: string) => string;
}

/** Plays a script below a root. @returns how each step ended, in words that don't name the root */
export async function play(
  fs: FileSystem,
  root: string,
  script: readonly ScriptStep[],
  compared: Compared = everything,
): Promise<unknown[]> {
  const teller: Teller = {
    compared,
    plain: (text) => text.replaceAll(root, '').replace(/(-tmp-)\w{6}/g, '$1'),
  };
  const ends: unknown[] = [];
  for (const step of script)
    ends.push(...(await playStep(fs, root, step)).map((e) => told(e, teller)));
  return ends;
}

/** Everything below a root: kinds, modes, contents, targets. */
export function treeOf(
  fs: FileSystem,
  root: string,
  { modes }: Pick<Compared, 'modes'> = everything,
): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  const folders = [''];
  for (let below = folders.shift(); below !== undefined; below = folders.shift()) {
    for (const name of fs.readdirSync(join(root, below)).sort()) {
      const path = join(below, name);
      const stats = fs.lstatSync(join(root, path));
      const kind = stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'file';
      if (kind === 'folder') folders.push(path);
      tree[path.replace(/(-tmp-)\w{6}/, '$1')] = [
        kind,
        modes ? stats.mode : undefined,
        kind === 'link' && fs.readlinkSync(join(root, path)).replace(root, ''),
        kind === 'file' && fs.readFileSync(join(root, path), 'utf8'),
      ];
    }
  }
  return tree;
}

async function playStep(fs: FileSystem, root: string, step: ScriptStep): Promise<End[]> {
  switch (step.kind) {
    case 'call': {
      const args = step.args.map((a) => ('name' in a ? join(root, a.name) : a.value));
      return [await callIn(fs, step.form, [step.call, ...trimmed(args)])];
    }
    case 'file':
      return step.form === 'promise'
        ? await playHandle(fs, root, step)
        : await playDescriptor(fs, root, step);
    default:
      return [await playStream(fs, root, step)];
  }
}

/** Without trailing undefined, which callback forms would take for the callback's place. */
function trimmed(args: readonly unknown[]): unknown[] {
  const end = args.findLastIndex((a) => a !== undefined);
  return args.slice(0, end + 1);
}

type AnyCall = (...args: unknown[]) => unknown;

async function playHandle(fs: FileSystem, root: string, step: FileStep): Promise<End[]> {
  const opened = await callIn(fs, 'promise', ['open', join(root, step.name), step.flags]);
  if ('error' in opened) return [opened];
  const handle = opened.value as { close(): Promise<void> };
  const ends: End[] = [];
  for (const [method, ...args] of step.work) {
    try {
      const call = Reflect.get(handle, method) as AnyCall;
      const value = await call.apply(handle, transferArgs(method, args));
      ends.push({ value });
    } catch (error) {
      ends.push({ error: error as Error });
    }
  }
  await handle.close();
  return ends;
}

const onDescriptor: Readonly<Record<string, string>> = {
  truncate: 'ftruncate',
  stat: 'fstat',
  sync: 'fsync',
  datasync: 'fdatasync',
  chmod: 'fchmod',
  utimes: 'futimes',
};

async function playDescriptor(fs: FileSystem, root: string, step: FileStep): Promise<End[]> {
  const opened = await callIn(fs, step.form, ['open', join(root, step.name), step.flags]);
  if ('error' in opened) return [opened];
  const ends: End[] = [];
  for (const [method, ...args] of step.work) {
    // Node's callback form forgets a failed read of the caller's own descriptor.
    if (method === 'readFile' && step.form === 'callback') continue;
    const given = transferArgs(method, args);
    const name = onDescriptor[method] ?? method;
    const end = await callIn(fs, step.form as Form, [name, opened.value, ...given]);
    ends.push(end, { value: given });
  }
  await callIn(fs, step.form, ['close', opened.value]);
  return ends;
}

function transferArgs(method: string, args: readonly unknown[]): unknown[] {
  if (method === 'read') {
    const length = args[0] as number;
    return [Buffer.alloc(length + 1), 0, length, args[1]];
  }
  if (method === 'write') {
    const bytes = Buffer.from(args[0] as string);
    return [bytes, 0, bytes.length, args[1]];
  }
  if (method === 'readv') {
    return [[Buffer.alloc(args[0] as number), Buffer.alloc(args[1] as number)], args[2]];
  }
  if (method === 'writev') return [args.slice(0, 2).map((t) => Buffer.from(t as string)), args[2]];
  return [...args];
}

function playStream(fs: FileSystem, root: string, step: StreamStep): Promise<End> {
  const path = join(root, step.name);
  const { end: _end, ...writing } = step.options;
  return new Promise((resolve) => {
    if (step.kind === 'writeStream') {
      const stream = fs.createWriteStream(path, writing);
      let error: Error | undefined;
      stream.on('error', (e) => {
        error = e;
      });
      stream.on('close', () => resolve(error ? { error } : { value: stream.bytesWritten }));
      for (const chunk of step.chunks) stream.write(chunk);
      stream.end();
      return;
    }
    const stream = fs.createReadStream(path, step.options);
    const read: string[] = [];
    let error: Error | undefined;
    stream.on('data', (chunk) => read.push(String(chunk)));
    stream.on('error', (e) => {
      error = e;
    });
    stream.on('close', () => resolve(error ? { error } : { value: [read, stream.bytesRead] }));
  });
}

/** What a step gave, with the root taken out of its paths and without times and inode numbers. */
function told(end: End, teller: Teller): unknown {
  if (!('error' in end)) return toldValue(end.value, teller);
  const { plain } = teller;
  const { error } = end;
  const properties = { ...error } as Record<string, unknown>;
  // Node's synchronous cp gives another errno than its other forms.
  if (error.name === 'SystemError') return [properties.code, plain(error.message)];
  const entries = Object.entries(properties);
  // Node 20's writeSync has an order of its own, which writeFileSync has for bytes, not for text.
  if (properties.syscall === 'write') entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    error.constructor.name,
    plain(error.message),
    entries.map(([key, v]) => [key, typeof v === 'string' ? plain(v) : v]),
  ];
}

function toldValue(value: unknown, teller: Teller): unknown {
  const { compared, plain } = teller;
  if (typeof value === 'string') return plain(value);
  if (Buffer.isBuffer(value)) return ['bytes', plain(value.toString())];
  if (Array.isArray(value)) return value.map((each) => toldValue(each, teller));
  if (typeof value !== 'object' || value === null) return value;
  const entry = value as Record<string, unknown>;
  if ('isDirectory' in value) {
    const kinds = ['isFile', 'isDirectory', 'isSymbolicLink'] as const;
    return {
      kinds: kinds.map((kind) => (entry[kind] as () => boolean)()),
      name: toldValue(entry.name, teller),
      parent: toldValue(entry.parentPath, teller),
      mode: compared.modes ? entry.mode : undefined,
      nlink: compared.links ? entry.nlink : undefined,
      // Of links and folders it is the file system's own affair.
      size: (entry.isFile as () => boolean)() ? entry.size : undefined,
    };
  }
  return Object.fromEntries(Object.entries(entry).map(([k, v]) => [k, toldValue(v, teller)]));
}
