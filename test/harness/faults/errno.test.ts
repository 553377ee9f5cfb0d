import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { errnoCodes, errnoError, isErrno, isErrnoError } from '../../../harness/faults/errno.js';

describe('the catalogue', () => {
  test('holds every error of the platform, with its number', () => {
    const system = Object.entries(constants.errno).map(([code, errno]) => [code, -errno]);
    const libuv = [...getSystemErrorMap()].map(([errno, [code]]) => [code, errno]);
    for (const [code, errno] of [...libuv, ...system] as [string, number][]) {
      expect(errnoError(code, { syscall: 'open' })).toMatchObject({ code, errno });
    }
    expect(errnoCodes.length).toBeGreaterThan(70);
  });

  test('knows its own codes from others', () => {
    expect(errnoCodes.filter((code) => !isErrno(code))).toEqual([]);
    expect(['ENOENTT', 'enoent', 'ERR_FS_EISDIR', ''].filter(isErrno)).toEqual([]);
  });
});

test.each([
  [{ syscall: 'close' }, 'EIO: i/o error, close'],
  [{ syscall: 'open', path: '/a' }, "EIO: i/o error, open '/a'"],
  [{ syscall: 'rename', path: '/a', dest: '/b' }, "EIO: i/o error, rename '/a' -> '/b'"],
])('an error for %o reads as Node puts it', (place, message) => {
  const error = errnoError('EIO', place);
  expect(error.message).toBe(message);
  expect(Object.keys(error)).toEqual(['errno', 'code', ...Object.keys(place)]);
});

test.each([
  ['ENOENTT', 'ENOENT'],
  ['ebusy', 'EBUSY'],
  ['EACESS', 'EACCES'],
])('%s is refused, and %s proposed', (wrong, right) => {
  expect(() => errnoError(wrong, { syscall: 'open' })).toThrow(
    expect.objectContaining({
      code: 'FAULTS_ERRNO',
      message: expect.stringContaining(wrong),
      hint: expect.stringContaining(right),
    }),
  );
});

test('errors of the system are told from others', () => {
  expect(isErrnoError(errnoError('EIO', { syscall: 'open' }))).toBe(true);
  expect(isErrnoError(Object.assign(new Error('x'), { code: 'ERR_X' }))).toBe(false);
  expect(isErrnoError('EIO')).toBe(false);
});

test('an error of another realm is one, as the file system gives them in a VM context', () => {
  const foreign = runInNewContext("Object.assign(new Error('x'), { code: 'ENOENT', errno: -2 })");

  expect(foreign).not.toBeInstanceOf(Error);
  expect(isErrnoError(foreign)).toBe(true);
});
