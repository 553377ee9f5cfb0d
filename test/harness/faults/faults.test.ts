import * as fs from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { createFsFromVolume, Volume } from 'memfs';
import { describe, expect, test } from 'vitest';
import { memfsBackend } from '../../../harness/faults/backends/memfsBackend.js';
import { createFaults, type Faults } from '../../../harness/faults/faults.js';
import {
  createFileSystem,
  type FileSystem,
} from '../../../harness/faults/fileSystem/createFileSystem.js';
import { passThrough } from '../../../harness/faults/interceptor.js';
import { steppingClock } from './plan/planFakes.js';
import { codeOf, scratch } from './routing/routedFs.js';

const newFaults = (clock = steppingClock()): Faults => createFaults({ seed: 1, clock });

/** Writes beside and renames, again while it is told that the file is busy. */
async function save(files: FileSystem, path: string, text: string): Promise<void> {
  await files.promises.writeFile(`${path}.tmp`, text);
  for (let left = 3; ; left--) {
    try {
      return await files.promises.rename(`${path}.tmp`, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || left === 0) throw error;
    }
  }
}

describe('a file system to inject', () => {
  test('the code under test meets the faults, and its retries are seen', async () => {
    using faults = newFaults();
    const volume = Volume.fromJSON({ '/data/jobs.json': 'old' });
    faults.on('rename', { path: '**/jobs.json', nth: 1, times: 2 }).fail('EBUSY');
    await save(faults.over(volume), '/data/jobs.json', 'new');
    expect(volume.toJSON()).toEqual({ '/data/jobs.json': 'new' });
    expect(faults.trace.filter((entry) => entry.fault).length).toBe(2);
    faults.expectExhausted();
    faults.expectGlobsMatched();
    expect(() => faults.expectUntouched()).toThrow('1 of 1 faults fired');
    expect(faults.explain()).toMatch(/rename .* EBUSY +fail\('EBUSY'\)/);
  });

  test.each<[string, (dir: { path: string; file(name: string): string }) => FileSystem]>([
    ['node:fs', () => newFaults().on('mkdir').fail('EROFS').over(fs)],
    ['a tempDir', (dir) => newFaults().on('mkdir').fail('EROFS').over(dir)],
    ['a memfs Volume', () => newFaults().on('mkdir').fail('EROFS').over(new Volume())],
    [
      'a memfs fs',
      () => newFaults().on('mkdir').fail('EROFS').over(createFsFromVolume(new Volume())),
    ],
    ['a backend', () => newFaults().on('mkdir').fail('EROFS').over(memfsBackend(new Volume()))],
    [
      'what has one',
      () =>
        newFaults()
          .on('mkdir')
          .fail('EROFS')
          .over({ backend: memfsBackend(new Volume()) }),
    ],
  ])('over %s', (_what, over) => {
    using dir = scratch();
    const files = over(dir);
    expect(() => files.mkdirSync(dir.file('new'))).toThrow('EROFS: read-only file system, mkdir');
  });

  test.each([
    [{}, 'an object with nothing in it'],
    [null, 'null'],
    [createFileSystem(memfsBackend(new Volume()), passThrough), 'a file system that is neither'],
  ])('nothing can be built on %o', (target, told) => {
    using faults = newFaults();
    expect(() => faults.over(target as never)).toThrow(
      expect.objectContaining({ code: 'FAULTS_TARGET', message: expect.stringContaining(told) }),
    );
  });

  test('several file systems share one plan, its counts and its trace', () => {
    using faults = newFaults();
    faults.on('mkdir', { nth: 2 }).fail('EIO');
    const [one, two] = [faults.over(new Volume()), faults.over(new Volume())];
    one.mkdirSync('/a');
    expect(() => two.mkdirSync('/b')).toThrow('EIO');
    expect(faults.trace.map((entry) => entry.path)).toEqual(['/a', '/b']);
  });

  test('every effect can be asked for, in one chain', () => {
    using faults = newFaults();
    faults
      .on('write', { nth: 1 })
      .tear(2)
      .on('read')
      .shorten(3)
      .on('fsync')
      .loseSync()
      .on('stat')
      .delay(4)
      .diskFull(9, { path: '/d/**' })
      .on('unlink')
      .crash();
    expect(faults.plan.rules.map(({ on, effect }) => [on, effect])).toEqual([
      ['write', { kind: 'tear', bytes: 2, code: 'EIO' }],
      ['read', { kind: 'shorten', bytes: 3 }],
      ['fsync', { kind: 'loseSync', code: 'EIO' }],
      ['stat', { kind: 'delay', ms: 4 }],
      ['*', { kind: 'diskFull', bytes: 9 }],
      ['unlink', { kind: 'crash' }],
    ]);
    using copy = newFaults();
    expect(copy.add(faults.plan).plan.rules).toEqual(faults.plan.rules);
  });

  test('a mistake is told where it is made', () => {
    using faults = newFaults();
    expect(() => faults.on('rename').fail('EBUZY')).toThrow('no error code EBUZY');
    expect(() => faults.on('rename', { nth: -1 }).fail('EIO')).toThrow('nth of a fault');
    expect(faults.plan.rules).toEqual([]);
  });

  test('delays pass on the clock of the test, in every form of call', async () => {
    const clock = steppingClock();
    using faults = newFaults(clock);
    faults.on('stat').delay(250);
    const files = faults.over(Volume.fromJSON({ '/a': '' }));
    files.statSync('/a');
    await files.promises.stat('/a');
    await new Promise((resolve) => files.stat('/a', resolve));
    expect(clock.waits).toEqual(['block 250', 'sleep 250', 'sleep 250']);
  });

  test('a full disk and a short write reach the writer as they would in life', async () => {
    using faults = newFaults();
    const volume = new Volume();
    const files = faults.diskFull(5).over(volume);
    expect(await codeOf(files.promises.writeFile('/a', '12345678'))).toBe('ENOSPC');
    expect(volume.toJSON()).toEqual({ '/a': '12345' });
  });

  test('after a crash the disk holds what came before, and nothing else happens', async () => {
    using faults = newFaults();
    const volume = Volume.fromJSON({ '/jobs.json': 'old' });
    faults.on('rename').crash();
    await expect(save(faults.over(volume), '/jobs.json', 'new')).rejects.toThrow(
      'crashed before operation 4: rename has no effect',
    );
    expect(faults.hasCrashed).toBe(true);
    expect(volume.toJSON()).toEqual({ '/jobs.json': 'old', '/jobs.json.tmp': 'new' });
  });
});

describe('installed', () => {
  test('code that imports node:fs by itself meets the faults until the end', async () => {
    using dir = scratch();
    const faults = newFaults();
    faults.on('rename').fail('EXDEV');
    faults.install();
    await writeFile(dir.file('a'), 'x');
    expect(await codeOf(rename(dir.file('a'), dir.file('b')))).toBe('EXDEV');
    faults[Symbol.dispose]();
    expect(await codeOf(rename(dir.file('a'), dir.file('b')))).toBe('ok');
    expect(faults.trace.length).toBe(4);
  });

  test('over a volume, under a directory', async () => {
    using faults = newFaults();
    const volume = Volume.fromJSON({ '/nowhere/a': 'in memory' });
    using _installed = faults.install({ over: volume, under: '/nowhere' });
    expect(fs.readFileSync('/nowhere/a', 'utf8')).toBe('in memory');
    expect(fs.existsSync(import.meta.dirname)).toBe(true);
  });

  test('the line that called is in the trace', async () => {
    using dir = scratch();
    using faults = newFaults();
    using _installed = faults.install();
    await writeFile(dir.file('a'), 'x');
    fs.writeFileSync(dir.file('b'), 'x');
    await new Promise((resolve) => fs.writeFile(dir.file('c'), 'x', resolve));
    expect(faults.trace.length).toBe(9);
    for (const entry of faults.trace)
      expect(entry.callSite, entry.path).toMatch(/faults\.test\.ts:\d+/);
  });
});
