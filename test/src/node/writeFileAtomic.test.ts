import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { dir } from 'tmp-promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeFileAtomic } from '../../../src/index.js';

let folder: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  const made = await dir({ unsafeCleanup: true });
  folder = made.path;
  remove = made.cleanup;
});
afterEach(() => remove());

describe('a file replaced atomically', () => {
  test('holds exactly the bytes given, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 70_000 }), async (bytes) => {
        const path = join(folder, 'state.bin');
        await writeFileAtomic(path, bytes);
        expect(Buffer.compare(await readFile(path), bytes)).toBe(0);
      }),
      { numRuns: 20, seed: 5 },
    );
  });

  test('is written as UTF-8 when given as text', async () => {
    await writeFileAtomic(join(folder, 'a.txt'), 'flöckchen ✓');
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('flöckchen ✓');
  });

  test('leaves nothing beside it', async () => {
    await writeFileAtomic(join(folder, 'a.txt'), 'one');
    await writeFileAtomic(join(folder, 'a.txt'), 'two');
    expect(await readdir(folder)).toEqual(['a.txt']);
  });

  test('is a new file: who holds the old one open goes on reading the old bytes', async () => {
    const path = join(folder, 'a.txt');
    await writeFileAtomic(path, 'old');
    const before = await stat(path);
    await writeFileAtomic(path, 'new');
    expect((await stat(path)).ino).not.toBe(before.ino);
  });

  test('is one of the versions, whole, when many write at once', async () => {
    const path = join(folder, 'a.txt');
    const versions = Array.from({ length: 20 }, (_, n) => String(n).repeat(50_000));
    await Promise.all(versions.map((text) => writeFileAtomic(path, text)));
    expect(versions).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['a.txt']);
  });
});

describe('where it cannot be replaced', () => {
  test('the error is the system’s own and the temporary file is gone', async () => {
    const path = join(folder, 'taken');
    await mkdir(join(path, 'inside'), { recursive: true });
    await expect(writeFileAtomic(path, 'x')).rejects.toMatchObject({ syscall: 'rename' });
    expect(await readdir(folder)).toEqual(['taken']);
    expect(await readdir(path)).toEqual(['inside']);
  });

  test('a missing folder is not made', async () => {
    const path = join(folder, 'absent', 'a.txt');
    await expect(writeFileAtomic(path, 'x')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(folder)).toEqual([]);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'a folder without permission keeps the old bytes',
    async () => {
      const path = join(folder, 'a.txt');
      await writeFile(path, 'old');
      await chmod(folder, 0o555);
      await expect(writeFileAtomic(path, 'new')).rejects.toMatchObject({ code: 'EACCES' });
      await chmod(folder, 0o755);
      expect(await readFile(path, 'utf8')).toBe('old');
    },
  );
});
