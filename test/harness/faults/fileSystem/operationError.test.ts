import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { operationError } from '../../../../harness/faults/fileSystem/syscalls.js';
import type { PrimitiveName } from '../../../../harness/faults/primitives.js';
import { callIn, type Form, recordedFileSystem, temporaryFolder } from './support.js';

/** A call that fails on a real disk: its primitive, the code, the call below a fresh folder. */
type Case = readonly [PrimitiveName, string, (at: (name: string) => string) => readonly unknown[]];

const noDescriptor = 0x7fffffff;
const isRoot = process.getuid?.() === 0;
const bytes = Buffer.from('x');

/**
 * In every folder: file `file`, folders `full` (not empty) and `empty`, a link `loop` to itself,
 * a file `secret` and a folder `closed` that nobody but root may open.
 */
const onPaths: Case[] = [
  ['access', 'ENOENT', (at) => [at('none'), 0]],
  ['access', 'ENOTDIR', (at) => [at('file/below'), 0]],
  ['access', 'ELOOP', (at) => [at('loop'), 0]],
  ['access', 'ENAMETOOLONG', (at) => [at('n'.repeat(300)), 0]],
  ['chmod', 'ENOENT', (at) => [at('none'), 0o600]],
  ['chown', 'ENOENT', (at) => [at('none'), 0, 0]],
  ['copyFile', 'ENOENT', (at) => [at('none'), at('to'), 0]],
  ['copyFile', 'EEXIST', (at) => [at('file'), at('full/file'), fs.constants.COPYFILE_EXCL]],
  ['lchown', 'ENOENT', (at) => [at('none'), 0, 0]],
  ['link', 'ENOENT', (at) => [at('none'), at('to')]],
  ['link', 'EEXIST', (at) => [at('file'), at('full/file')]],
  ['link', 'EPERM', (at) => [at('empty'), at('to')]],
  ['lstat', 'ENOENT', (at) => [at('none'), { bigint: false }]],
  ['lstat', 'ENOTDIR', (at) => [at('file/below'), { bigint: false }]],
  ['lutimes', 'ENOENT', (at) => [at('none'), 0, 0]],
  ['mkdir', 'EEXIST', (at) => [at('file'), undefined]],
  ['mkdir', 'ENOENT', (at) => [at('none/below'), undefined]],
  ['mkdir', 'ENOTDIR', (at) => [at('file/below'), undefined]],
  ['open', 'ENOENT', (at) => [at('none'), 'r', 0o666]],
  ['open', 'EEXIST', (at) => [at('file'), 'wx', 0o666]],
  ['open', 'EISDIR', (at) => [at('empty'), 'w', 0o666]],
  ['open', 'ENOTDIR', (at) => [at('file/below'), 'r', 0o666]],
  ['open', 'ELOOP', (at) => [at('loop'), 'r', 0o666]],
  ['opendir', 'ENOENT', (at) => [at('none')]],
  ['opendir', 'ENOTDIR', (at) => [at('file')]],
  ['readdir', 'ENOENT', (at) => [at('none')]],
  ['readdir', 'ENOTDIR', (at) => [at('file')]],
  ['readlink', 'ENOENT', (at) => [at('none')]],
  ['readlink', 'EINVAL', (at) => [at('file')]],
  ['rename', 'ENOENT', (at) => [at('none'), at('to')]],
  ['rename', 'ENOTEMPTY', (at) => [at('empty'), at('full')]],
  ['rename', 'EISDIR', (at) => [at('file'), at('empty')]],
  ['rename', 'ENOTDIR', (at) => [at('empty'), at('file')]],
  ['rename', 'EINVAL', (at) => [at('full'), at('full/below')]],
  ['rmdir', 'ENOENT', (at) => [at('none')]],
  ['rmdir', 'ENOTEMPTY', (at) => [at('full')]],
  ['rmdir', 'ENOTDIR', (at) => [at('file')]],
  ['stat', 'ENOENT', (at) => [at('none'), { bigint: false }]],
  ['stat', 'ELOOP', (at) => [at('loop'), { bigint: true }]],
  ['statfs', 'ENOENT', (at) => [at('none'), { bigint: false }]],
  ['symlink', 'EEXIST', (at) => ['anywhere', at('file')]],
  ['symlink', 'ENOENT', (at) => ['anywhere', at('none/below')]],
  ['unlink', 'ENOENT', (at) => [at('none')]],
  ['unlink', 'EISDIR', (at) => [at('empty')]],
  ['utimes', 'ENOENT', (at) => [at('none'), 0, 0]],
];

const onPathsOfOthers: Case[] = [
  ['open', 'EACCES', (at) => [at('secret'), 'r', 0o666]],
  ['readdir', 'EACCES', (at) => [at('closed')]],
  ['unlink', 'EACCES', (at) => [at('closed/below')]],
];

const onDescriptors: Case[] = (
  [
    ['close', []],
    ['fchmod', [0o600]],
    ['fchown', [0, 0]],
    ['fdatasync', []],
    ['fstat', [{ bigint: false }]],
    ['fsync', []],
    ['ftruncate', [0]],
    ['futimes', [0, 0]],
    ['read', [Buffer.alloc(1), 0, 1, null]],
    ['write', [bytes, 0, 1, null]],
  ] as const
).map(([name, rest]) => [name, 'EBADF', () => [noDescriptor, ...rest]] as const);

const forms = ['sync', 'callback', 'promise'] as const;

describe.each(forms)('in the %s form', (form) => {
  const cases = [...onPaths, ...(isRoot ? [] : onPathsOfOthers), ...onDescriptors].filter(
    ([, code]) => form !== 'promise' || code !== 'EBADF',
  );
  test.each(cases)('%s failing with %s is worded as Node words it', async (name, code, args) => {
    const root = furnishedFolder();
    const failure = await failureOf(form, [name, ...args((path) => join(root, path))]);
    expect(failure.operation.name).toBe(name);
    expect(told(failure.error).code).toBe(code);
    expect(told(operationError(failure.operation, code))).toEqual(told(failure.error));
  });

  test.each([
    ['/dev/full', 'ENOSPC', 'write'],
    ['/proc/self/mem', 'EIO', 'read'],
  ] as const)('%s answers %s, and so do we', async (path, code, name) => {
    if (!fs.existsSync(path)) return;
    const call = name === 'write' ? ['writeFile', path, 'x'] : ['readFile', path];
    const failure = await failureOf(form, call as [string]);
    expect(failure.operation.name).toBe(name);
    expect(told(failure.error).code).toBe(code);
    expect(told(operationError(failure.operation, code))).toEqual(told(failure.error));
  });

  test('a rename to another device is worded as Node words it', async () => {
    const root = furnishedFolder();
    if (!fs.existsSync('/dev/shm') || fs.statSync('/dev/shm').dev === fs.statSync(root).dev) return;
    const call = ['rename', join(root, 'file'), '/dev/shm/flakehound-rename'] as const;
    const { operation, error } = await failureOf(form, call);
    expect(told(operationError(operation, 'EXDEV'))).toEqual(told(error));
  });
});

test.each([
  [false, 'lstat'],
  [true, 'realpath'],
])('realpath, native: %s, names %s', (native, syscall) => {
  const { fs: ours, failures } = recordedFileSystem();
  const path = join(temporaryFolder(), 'none');
  expect(() => (native ? ours.realpathSync.native : ours.realpathSync)(path)).toThrow(syscall);
  const { operation, error } = failures[0] as (typeof failures)[number];
  expect(told(operationError(operation, 'ENOENT'))).toEqual(told(error));
});

test('mkdtemp names the pattern that it filled in', () => {
  const { fs: ours, failures } = recordedFileSystem();
  expect(() => ours.mkdtempSync(join(temporaryFolder(), 'none', 'x-'))).toThrow('x-XXXXXX');
  const { operation, error } = failures[0] as (typeof failures)[number];
  expect(told(operationError(operation, 'ENOENT'))).toEqual(told(error));
});

async function failureOf(form: Form, call: readonly unknown[]) {
  const { fs: ours, failures } = recordedFileSystem();
  await callIn(ours, form, call as [string, ...unknown[]]);
  const [failure] = failures;
  if (failure === undefined) throw new Error(`${String(call[0])} did not fail`);
  return failure;
}

/** All that an error says of itself but its stack, in its order. */
function told(error: Error): { code?: unknown; keys: string[]; message: string } {
  return { ...error, keys: Object.keys(error), message: error.message };
}

function furnishedFolder(): string {
  const root = temporaryFolder();
  fs.writeFileSync(join(root, 'file'), 'x');
  fs.mkdirSync(join(root, 'full'));
  fs.writeFileSync(join(root, 'full', 'file'), 'x');
  fs.mkdirSync(join(root, 'empty'));
  fs.symlinkSync(join(root, 'loop'), join(root, 'loop'));
  fs.writeFileSync(join(root, 'secret'), 'x', { mode: 0 });
  fs.mkdirSync(join(root, 'closed'), { mode: 0 });
  return root;
}
