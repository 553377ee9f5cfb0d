import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeBackend } from '../../../../harness/faults/backends/nodeBackend.js';
import { Disk } from '../../../../harness/faults/durability/disk.js';
import { diskBackend } from '../../../../harness/faults/durability/diskBackend.js';
import {
  createFileSystem,
  type FileSystem,
} from '../../../../harness/faults/fileSystem/createFileSystem.js';
import { passThrough } from '../../../../harness/faults/interceptor.js';

/** None ends in a slash: each call takes that in a way of its own when it leads to a link. */
const paths = ['a', 'b', 'd', 'd/a', 'd/e', 'd/e/a', 'l', 'a/x', 'd/../a', 'l/a'];
const path = fc.constantFrom(...paths);
const flags = fc.constantFrom('r', 'r+', 'w', 'wx', 'w+', 'a', 'ax', 'a+', 'as');
const text = fc.constantFrom('', 'x', 'hello', 'longer text');
const size = fc.integer({ min: 0, max: 20 });

type Act = (fs: FileSystem, dir: string) => unknown;

const acts: fc.Arbitrary<{ name: string; act: Act }> = fc.oneof(
  fc.tuple(path, flags, text, size).map(([p, f, t, at]) => ({
    name: `open ${p} ${f}, write '${t}', read at ${at}`,
    act: (fs: FileSystem, dir: string) => withFile(fs, join2(dir, p), { flags: f, text: t, at }),
  })),
  fc.tuple(path, path).map(([from, to]) => ({
    name: `rename ${from} ${to}`,
    act: (fs: FileSystem, dir: string) => fs.renameSync(join2(dir, from), join2(dir, to)),
  })),
  fc.tuple(path, path).map(([from, to]) => ({
    name: `link ${from} ${to}`,
    act: (fs: FileSystem, dir: string) => fs.linkSync(join2(dir, from), join2(dir, to)),
  })),
  fc.tuple(path, path).map(([from, to]) => ({
    name: `copy ${from} ${to}`,
    act: (fs: FileSystem, dir: string) => copyOfFile(fs, join2(dir, from), join2(dir, to)),
  })),
  fc.tuple(path, path).map(([target, p]) => ({
    name: `symlink ${target} ${p}`,
    act: (fs: FileSystem, dir: string) => fs.symlinkSync(target, join2(dir, p)),
  })),
  fc.tuple(path, size).map(([p, length]) => ({
    name: `truncate ${p} ${length}`,
    act: (fs: FileSystem, dir: string) => fs.truncateSync(join2(dir, p), length),
  })),
  ...(['mkdirSync', 'rmdirSync', 'unlinkSync', 'readlinkSync', 'readdirSync'] as const).map(
    (call) =>
      path.map((p) => ({
        name: `${call} ${p}`,
        act: (fs: FileSystem, dir: string) => {
          const result = fs[call](join2(dir, p));
          return Array.isArray(result) ? result.map(String).sort() : result;
        },
      })),
  ),
  path.map((p) => ({
    name: `realpath ${p}`,
    act: (fs: FileSystem, dir: string) => fs.realpathSync(join2(dir, p)).slice(dir.length),
  })),
  path.map((p) => ({
    name: `stat ${p}`,
    act: (fs: FileSystem, dir: string) => {
      const stats = fs.statSync(join2(dir, p));
      return stats.isFile() ? ['file', stats.size, stats.nlink] : stats.isDirectory();
    },
  })),
);

/** Not `path.join`, which would take `..` and a last slash away. */
function join2(dir: string, name: string): string {
  return `${dir}/${name}`;
}

/** Of a directory libuv's copy leaves different things behind, depending on where it fails. */
function copyOfFile(fs: FileSystem, from: string, to: string): void {
  if (fs.statSync(from).isFile()) fs.copyFileSync(from, to);
}

function withFile(
  fs: FileSystem,
  file: string,
  how: { flags: string; text: string; at: number },
): unknown {
  const fd = fs.openSync(file, how.flags);
  const outcomes: unknown[] = [];
  for (const call of [
    () => fs.writeSync(fd, how.text),
    () => fs.writeSync(fd, how.text, how.at),
    () => fs.readSync(fd, Buffer.alloc(5)),
    () => fs.ftruncateSync(fd, how.at),
    () => fs.fsyncSync(fd),
    () => fs.readFileSync(fd, 'latin1'),
  ]) {
    outcomes.push(outcomeOf(call, ''));
  }
  fs.closeSync(fd);
  return outcomes;
}

function outcomeOf(call: () => unknown, dir: string): unknown {
  try {
    return call();
  } catch (error) {
    return (error as Error).message.replaceAll(dir === '' ? '\0' : dir, '');
  }
}

function treeOf(fs: FileSystem, dir: string): unknown {
  return fs
    .readdirSync(dir, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const child = `${dir}/${entry.name}`;
      if (entry.isDirectory()) return [entry.name, treeOf(fs, child)];
      if (entry.isSymbolicLink()) return [entry.name, fs.readlinkSync(child)];
      return [entry.name, fs.readFileSync(child, 'latin1')];
    });
}

test('a disk answers as the real file system does, errors included', () => {
  const real = createFileSystem(nodeBackend, passThrough);
  fc.assert(
    fc.property(fc.array(acts, { minLength: 1, maxLength: 25 }), (script) => {
      const dir = realpathSync(mkdtempSync(join(tmpdir(), 'crash-disk-')));
      try {
        const model = createFileSystem(diskBackend(Disk.empty(() => 0)), passThrough);
        model.mkdirSync(dir, { recursive: true });
        for (const { name, act } of script) {
          const [mine, theirs] = [model, real].map((fs) => outcomeOf(() => act(fs, dir), dir));
          expect(mine, name).toEqual(theirs);
        }
        expect(treeOf(model, dir)).toEqual(treeOf(real, dir));
      } finally {
        rmSync(dir, { recursive: true });
      }
    }),
    { numRuns: 150, seed: 20_260 },
  );
});
