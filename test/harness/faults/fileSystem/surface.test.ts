import * as fs from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { unsupported } from '../../../../harness/faults/fileSystem/unsupported.js';
import { FlakehoundError } from '../../../../harness/index.js';
import { plainFileSystem, temporaryFolder } from './support.js';

const ours = plainFileSystem();
const real = fs;

/** What Node 22 and 24 have added; the list is checked against them when the suite runs there. */
const younger = ['Utf8Stream', 'glob', 'globSync', 'mkdtempDisposableSync'];

describe('the names', () => {
  test('are those of node:fs, of the same kinds', () => {
    expect(kindsOf(ours)).toEqual(kindsOf(real));
  });

  test('are those of node:fs/promises, of the same kinds', () => {
    expect(kindsOf(ours.promises)).toEqual(kindsOf(real.promises));
  });

  test('below the calls are there, too', () => {
    expect(typeof ours.realpath.native).toBe('function');
    expect(typeof ours.realpathSync.native).toBe('function');
  });

  test('of a FileHandle are those of Node', async () => {
    const path = join(temporaryFolder(), 'file');
    const [a, b] = [await ours.promises.open(path, 'w'), await real.promises.open(path, 'w')];
    const missing = methodsOf(b).filter((name) => !(name in a));
    await Promise.all([a.close(), b.close()]);
    expect(missing).toEqual([]);
  });

  test('of a Dir are those of Node', async () => {
    const [a, b] = [ours.opendirSync('.'), real.opendirSync('.')];
    const internal = ['processReadResult', 'readSyncRecursive', 'entries'];
    const missing = methodsOf(b).filter((name) => !(name in a) && !internal.includes(String(name)));
    b.closeSync();
    expect(missing).toEqual([]);
  });
});

describe('what cannot be offered', () => {
  test('is only this', () => {
    const throwing = Object.keys(unsupported).filter((name) => name in real);
    expect(throwing.filter((name) => ![...younger, 'openAsBlob'].includes(name))).toEqual([]);
  });

  test.each(Object.keys(unsupported).filter((name) => name in real))('%s says so', (name) => {
    const call = Reflect.get(ours, name) as () => unknown;
    expect(call).toThrow(FlakehoundError);
    expect(call).toThrow(
      expect.objectContaining({ code: 'FAULTS_UNSUPPORTED', hint: unsupported[name] }),
    );
  });
});

describe('promisify', () => {
  const path = join(import.meta.dirname, 'surface.test.ts');

  test('exists gives a boolean', async () => {
    expect(await promisify(ours.exists)(path)).toBe(true);
    expect(await promisify(ours.exists)(`${path}.none`)).toBe(false);
  });

  test.each(['read', 'readv'] as const)('%s gives its count and buffer', async (name) => {
    const fd = ours.openSync(path, 'r');
    const results = await Promise.all(
      [ours, real].map((each) => {
        const buffer = Buffer.alloc(4);
        const args = name === 'read' ? [buffer, 0, 4, 0] : [[buffer], 0];
        return (promisify(each[name]) as (...given: unknown[]) => Promise<unknown>)(fd, ...args);
      }),
    );
    ours.closeSync(fd);
    expect(results[0]).toEqual(results[1]);
  });

  test.each(['write', 'writev'] as const)('%s gives its count and buffer', async (name) => {
    const fd = ours.openSync(join(temporaryFolder(), 'file'), 'w');
    const results = await Promise.all(
      [ours, real].map((each) => {
        const args = name === 'write' ? ['text', 0, 'utf8'] : [[Buffer.from('text')], 0];
        return (promisify(each[name]) as (...given: unknown[]) => Promise<unknown>)(fd, ...args);
      }),
    );
    ours.closeSync(fd);
    expect(results[0]).toEqual(results[1]);
  });
});

/** Wrong arguments: what Node throws at once, and with what words. */
describe('arguments of the wrong type are thrown at once, in the words of Node', () => {
  const noop = (): void => {};
  const wrong: [string, ...unknown[]][] = [
    ['rename', 1, 'b', noop],
    ['rename', 'a', {}, noop],
    ['rename', 'a', 'b'],
    ['stat', null, noop],
    ['stat', 'a\0b', noop],
    ['stat', new URL('http://example.test'), noop],
    ['symlink', 'a', 7, noop],
    ['close', -1, noop],
    ['fsync', 'x', noop],
    ['read', 1.5, Buffer.alloc(1), 0, 1, 0, noop],
    ['readFile', {}, noop],
    ['readFile', 'a', { encoding: 'utf9' }, noop],
    ['readFile', 'a', 'utf8'],
    ['writeFile', 'a', { not: 'data' }, noop],
    ['mkdtemp', undefined, noop],
    ['mkdir', 3, { recursive: true }, noop],
    ['rm', Symbol.iterator, noop],
    ['readdir', true, noop],
    ['opendir', [], noop],
    ['watchFile', 'a'],
    ['existsSync'],
    ['statSync', 5],
    ['readFileSync', undefined],
    ['writeFileSync', 'a', 5],
    ['openSync', 'a', 'zz'],
    ['cpSync', 'a', 'b', { dereference: true, verbatimSymlinks: true }],
  ];
  test.each(wrong)('%s(%o)', (name, ...args) => {
    expect(thrownBy(ours, name, args)).toEqual(thrownBy(real, name, args));
  });
});

function thrownBy(which: object, name: string, args: readonly unknown[]): unknown {
  try {
    return { value: (Reflect.get(which, name) as (...given: unknown[]) => unknown)(...args) };
  } catch (error) {
    const { code, message, name: kind } = error as NodeJS.ErrnoException;
    return { code, message, kind };
  }
}

function kindsOf(namespace: object): Record<string, string> {
  return Object.fromEntries(
    Object.keys(namespace)
      .filter((key) => key !== 'default')
      .sort()
      .map((key) => [key, typeof Reflect.get(namespace, key)]),
  );
}

function methodsOf(object: object): (string | symbol)[] {
  const proto = Object.getPrototypeOf(object) as object;
  return Reflect.ownKeys(proto).filter(
    (key) => typeof key === 'string' || /ispose|asyncIterator/.test(String(key)),
  );
}
