import * as real from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeBackend } from '../../../../harness/faults/backends/nodeBackend.js';
import { createFileSystem } from '../../../../harness/faults/fileSystem/createFileSystem.js';
import { compositeNames, type Operation } from '../../../../harness/faults/interceptor.js';
import { callIn, type Form, forms, recordedFileSystem, temporaryFolder } from './support.js';

type At = (name: string) => string;
type Row = readonly [call: string, args: (at: At) => readonly unknown[], primitives: string];

/**
 * The primitives of every composite call, in their order, over a folder with a file `file`, a
 * folder `full` holding `file` and `sub`, and a link `link` to `file`.
 */
const rows: readonly Row[] = [
  ['readFile', (at) => [at('file')], 'open fstat read close'],
  ['readFile', (at) => [at('full')], 'open fstat read! close'],
  ['readFile', (at) => [at('none')], 'open!'],
  ['writeFile', (at) => [at('new'), 'x'], 'open write close'],
  ['writeFile', (at) => [at('new'), 'x', { flush: true }], 'open write fsync close'],
  ['writeFile', (at) => [at('new/below'), 'x'], 'open!'],
  ['appendFile', (at) => [at('file'), 'x'], 'open write close'],
  ['truncate', (at) => [at('file'), 1], 'open ftruncate close'],
  ['mkdir', (at) => [at('p/q'), { recursive: true }], 'mkdir! mkdir mkdir'],
  ['mkdir', (at) => [at('full'), { recursive: true }], 'mkdir! stat'],
  ['readdir', (at) => [at('.'), { recursive: true }], 'readdir readdir stat readdir'],
  [
    'readdir',
    (at) => [at('.'), { recursive: true, withFileTypes: true }],
    'readdir readdir readdir',
  ],
  ['rm', (at) => [at('file')], 'lstat unlink'],
  ['rm', (at) => [at('none'), { force: true }], 'lstat!'],
  ['rm', (at) => [at('full'), { recursive: true }], 'lstat readdir unlink readdir rmdir rmdir'],
  ['cp', (at) => [at('file'), at('new')], 'lstat lstat! stat copyFile'],
  ['cp', (at) => [at('file'), at('full/file')], 'lstat lstat stat unlink copyFile'],
  [
    'cp',
    (at) => [at('file'), at('new'), { preserveTimestamps: true }],
    'lstat lstat! stat copyFile stat utimes chmod',
  ],
  ['cp', (at) => [at('link'), at('new')], 'lstat lstat! stat readlink symlink'],
  [
    'cp',
    (at) => [at('full'), at('new'), { recursive: true }],
    'lstat lstat! stat mkdir readdir lstat lstat! copyFile lstat lstat! mkdir readdir chmod chmod',
  ],
];

describe.each(forms)('in the %s form', (form) => {
  test.each(rows)('%s is made of its primitives, row %#', async (call, args, primitives) => {
    expect(await primitivesIn(form, call, args)).toBe(primitives);
  });

  test.each([
    ['readv', 'read'],
    ['writev', 'write'],
  ])('%s is one %s', async (call, primitive) => {
    if (form === 'promise') return;
    const root = furnishedFolder();
    const { fs, operations } = recordedFileSystem();
    const fd = fs.openSync(join(root, 'file'), 'r+');
    await callIn(fs, form, [call, fd, [Buffer.from('ab'), Buffer.from('cd')], 0]);
    fs.closeSync(fd);
    expect(operations.slice(1, -1).map(({ name, within }) => [name, within])).toEqual([
      [primitive, call],
    ]);
  });
});

test.each(forms)('after a short write the rest is written, in the %s form', async (form) => {
  const path = join(temporaryFolder(), 'file');
  const lengths: unknown[] = [];
  const shorten = (operation: Operation): readonly unknown[] => {
    if (operation.name !== 'write') return operation.args;
    const [fd, from, offset, length, at] = operation.args;
    lengths.push(length);
    return [fd, from, offset, Math.min(2, length as number), at];
  };
  const fs = createFileSystem(nodeBackend, {
    sync: (operation, proceed) => proceed(shorten(operation)),
    async: (operation, proceed) => proceed(shorten(operation)),
  });
  await callIn(fs, form, ['writeFile', path, 'hello']);
  expect(real.readFileSync(path, 'utf8')).toBe('hello');
  expect(lengths).toEqual([5, 3, 1]);
});

test('streams open, read or write chunk by chunk, and close', async () => {
  const root = furnishedFolder();
  const { fs, operations } = recordedFileSystem();
  const stream = fs.createWriteStream(join(root, 'new'), { flush: true });
  await new Promise((resolve) => stream.write('one', resolve));
  await new Promise<void>((resolve) => stream.on('close', resolve).end('two'));
  await new Promise<void>((resolve) => {
    fs.createReadStream(join(root, 'new'), { highWaterMark: 4 }).on('close', resolve).resume();
  });
  expect(operations.map(({ name, within }) => `${within}.${name}`)).toEqual([
    ...['open', 'write', 'write', 'fsync', 'close'].map((name) => `createWriteStream.${name}`),
    ...['open', 'read', 'read', 'read', 'close'].map((name) => `createReadStream.${name}`),
  ]);
});

test('calls on a descriptor carry the path that it was opened with, until it is closed', async () => {
  const root = furnishedFolder();
  const { fs, operations } = recordedFileSystem();
  const handle = await fs.promises.open(join(root, 'file'), 'r+');
  await handle.write('x');
  await handle.stat();
  const { fd } = handle;
  await handle.close();
  expect(() => fs.fstatSync(fd)).toThrow('EBADF');
  expect(operations.map(({ name, path }) => [name, path])).toEqual([
    ['open', join(root, 'file')],
    ['write', join(root, 'file')],
    ['fstat', join(root, 'file')],
    ['close', join(root, 'file')],
    ['fstat', undefined],
  ]);
});

test('every composite that Node has here is in the table', () => {
  const shown = new Set<string>(rows.map(([call]) => call));
  const elsewhere = ['createReadStream', 'createWriteStream', 'readv', 'writev', 'exists'];
  const rest = ['lchmod', 'watchFile'];
  expect(compositeNames.filter((name) => !shown.has(name))).toEqual([...elsewhere, ...rest].sort());
});

test('a failure that is not of the system arrives as it was thrown', () => {
  const root = furnishedFolder();
  const crash = new Error('the world stopped');
  const stopped = (): never => {
    throw crash;
  };
  const fs = createFileSystem(nodeBackend, { sync: stopped, async: async () => stopped() });
  const calls = [
    () => fs.writeFileSync(join(root, 'file'), 'x'),
    () => fs.existsSync(join(root, 'file')),
    () => fs.rmSync(join(root, 'file'), { force: true }),
    () => fs.statSync(join(root, 'file'), { throwIfNoEntry: false }),
    () => fs.cpSync(join(root, 'file'), join(root, 'new')),
    () => fs.mkdirSync(join(root, 'file'), { recursive: true }),
  ];
  for (const call of calls) expect(call).toThrow(crash);
});

async function primitivesIn(form: Form, call: string, args: Row[1]): Promise<string> {
  const root = furnishedFolder();
  const { fs, operations, failures } = recordedFileSystem();
  await callIn(fs, form, [call, ...args((name) => join(root, name))]);
  const failed = new Set<Operation>(failures.map(({ operation }) => operation));
  const isNamed = operations.every(({ within, form: f }) => within === call && f === form);
  expect(isNamed, 'each names the call and its form').toBe(true);
  return operations.map((o) => (failed.has(o) ? `${o.name}!` : o.name)).join(' ');
}

function furnishedFolder(): string {
  const root = temporaryFolder();
  real.mkdirSync(join(root, 'full', 'sub'), { recursive: true });
  real.writeFileSync(join(root, 'full', 'file'), 'x');
  real.writeFileSync(join(root, 'file'), 'content');
  real.symlinkSync('file', join(root, 'link'));
  return root;
}
