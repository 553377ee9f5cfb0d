import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Volume } from 'memfs';
import { afterEach, describe, expect, test } from 'vitest';
import { memfsBackend } from '../../../../harness/faults/backends/memfsBackend.js';
import { nodeBackend } from '../../../../harness/faults/backends/nodeBackend.js';
import { Disk } from '../../../../harness/faults/durability/disk.js';
import { diskBackend } from '../../../../harness/faults/durability/diskBackend.js';
import { copyTree, Mirror } from '../../../../harness/faults/durability/mirror.js';
import { Recorder } from '../../../../harness/faults/durability/recorder.js';
import {
  createFileSystem,
  type FileSystem,
} from '../../../../harness/faults/fileSystem/createFileSystem.js';
import { type Interceptor, passThrough } from '../../../../harness/faults/interceptor.js';
import type { Backend } from '../../../../harness/faults/primitives.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

type Script = (fs: FileSystem, dir: string) => unknown;

const setup: Script = (fs, dir) => {
  fs.symlinkSync('sub/old', `${dir}/link`);
  fs.mkdirSync(`${dir}/sub`);
  fs.writeFileSync(`${dir}/sub/old`, 'old bytes');
};

/** The effects of a script below a directory of some file system, by way of a mirror or directly. */
async function effectsOf(backend: Backend | 'disk', dir: string, script: Script): Promise<unknown> {
  const disk = Disk.empty(() => 0);
  const own = diskBackend(disk);
  createFileSystem(own, passThrough).mkdirSync(dir, { recursive: true });
  const ground = backend === 'disk' ? own : backend;
  const plain = createFileSystem(ground, passThrough);
  plain.mkdirSync(dir, { recursive: true });
  setup(plain, dir);
  if (ground !== own) copyTree(ground.sync, own.sync, dir);
  const recorder = new Recorder(disk);
  const through: Interceptor =
    ground === own ? recorder : new Mirror(recorder, disk, { backend: ground, dir });
  await script(createFileSystem(ground, through), dir);
  return recorder.recording().effects;
}

const scripts: Readonly<Record<string, Script>> = {
  'writes, reads and positions of a descriptor': (fs, dir) => {
    const fd = fs.openSync(`${dir}/f`, 'w+');
    fs.writeSync(fd, 'abc');
    fs.writeSync(fd, 'X', 1);
    fs.readSync(fd, Buffer.alloc(2), 0, 2, 0);
    fs.writeSync(fd, 'def');
    fs.ftruncateSync(fd, 4);
    fs.fdatasyncSync(fd);
    fs.fsyncSync(fd);
    fs.closeSync(fd);
    const again = fs.openSync(`${dir}/link`, 'r+');
    fs.readSync(again, Buffer.alloc(4));
    fs.writeSync(again, 'NEW');
    fs.closeSync(again);
  },
  'calls on names': (fs, dir) => {
    fs.mkdirSync(`${dir}/a/b`, { recursive: true });
    fs.copyFileSync(`${dir}/sub/old`, `${dir}/a/copy`);
    fs.linkSync(`${dir}/a/copy`, `${dir}/a/twin`);
    fs.renameSync(`${dir}/a/twin`, `${dir}/a/b/moved`);
    fs.symlinkSync('b', `${dir}/a/l`);
    fs.writeFileSync(`${dir}/a/l/inside`, 'x');
    fs.chmodSync(`${dir}/a/copy`, 0o600);
    fs.rmSync(`${dir}/a/b/moved`);
    fs.rmSync(`${dir}/a/b`, { recursive: true });
  },
  'directories synced': (fs, dir) => {
    const fd = fs.openSync(dir, 'r');
    fs.fsyncSync(fd);
    fs.closeSync(fd);
  },
  'promises and handles': async (fs, dir) => {
    const { O_APPEND, O_CREAT, O_SYNC, O_WRONLY } = fs.constants;
    const flags = O_APPEND | O_CREAT | O_SYNC | O_WRONLY;
    const handle = await fs.promises.open(`${dir}/f`, flags);
    await handle.appendFile('one');
    await handle.write('two');
    await handle.close();
    await fs.promises.appendFile(`${dir}/f`, 'three', { flush: true });
    await fs.promises.rename(`${dir}/f`, `${dir}/g`);
  },
  'calls that fail': (fs, dir) => {
    for (const call of [
      () => fs.mkdirSync(`${dir}/sub`),
      () => fs.unlinkSync(`${dir}/none`),
      () => fs.renameSync(`${dir}/sub`, `${dir}/sub/old`),
    ]) {
      expect(call).toThrow();
    }
  },
};

describe.each(Object.entries(scripts))('%s', (_name, script) => {
  test.each(['node:fs', 'memfs'] as const)('have the same effects over %s', async (name) => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), 'crash-mirror-')));
    folders.push(dir);
    const backend = name === 'node:fs' ? nodeBackend : memfsBackend(new Volume());
    const mirrored = await effectsOf(backend, dir, script);
    expect(mirrored).toEqual(await effectsOf('disk', dir, script));
  });
});
