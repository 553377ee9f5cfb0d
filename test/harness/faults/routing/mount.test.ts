import * as fs from 'node:fs';
import * as promises from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Disk } from '../../../../harness/faults/durability/disk.js';
import { diskBackend } from '../../../../harness/faults/durability/diskBackend.js';
import { createFileSystem } from '../../../../harness/faults/fileSystem/createFileSystem.js';
import { nodeFs } from '../../../../harness/faults/nodeFs.js';
import { route } from '../../../../harness/faults/routing/router.js';
import { codeOf, operationsOf, planned, scratch } from './routedFs.js';

describe('a route limited to a directory', () => {
  test('takes its paths, in whatever form, and leaves the others', async () => {
    using inside = scratch();
    using outside = scratch();
    const { fileSystem, run } = planned();
    using _route = route(fileSystem, { under: inside.path });
    fs.writeFileSync(inside.file('a'), 'x');
    fs.writeFileSync(pathToFileURL(inside.file('b')), 'x');
    fs.writeFileSync(Buffer.from(`${inside.path}/sub/../c`.replace('/sub/..', '')), 'x');
    fs.readdirSync(inside.path);
    fs.writeFileSync(outside.file('a'), 'x');
    fs.writeFileSync(`${inside.path}-neighbour`, 'x');
    nodeFs.rmSync(`${inside.path}-neighbour`);
    expect(operationsOf(run).filter((name) => /open|readdir/.test(name))).toEqual([
      'writeFile:open',
      'writeFile:open',
      'writeFile:open',
      'readdir',
    ]);
  });

  test('takes the descriptors, handles and streams that came from it, and no others', async () => {
    using inside = scratch();
    using outside = scratch();
    const { fileSystem, run } = planned();
    using _route = route(fileSystem, { under: inside.path });
    const opened: Record<string, () => Promise<{ fd: number; end(): Promise<void> }>> = {
      sync: async () => {
        const fd = fs.openSync(inside.file('a'), 'w');
        return { fd, end: async () => fs.closeSync(fd) };
      },
      callback: async () => {
        const fd = await new Promise<number>((resolve, reject) =>
          fs.open(inside.file('a'), 'w', (e, n) => (e ? reject(e) : resolve(n))),
        );
        return { fd, end: async () => fs.closeSync(fd) };
      },
      promise: async () => {
        const handle = await promises.open(inside.file('a'), 'w');
        await promises.writeFile(handle, 'x');
        return { fd: handle.fd, end: () => handle.close() };
      },
    };
    for (const [form, open] of Object.entries(opened)) {
      const { fd, end } = await open();
      const before = run.trace.length;
      fs.writeSync(fd, 'x');
      expect(run.trace.length, form).toBe(before + 1);
      await end();
      const ended = run.trace.length;
      // The system gives it the number that has just been freed.
      const foreign = fs.openSync(outside.file('a'), 'w');
      fs.writeSync(foreign, 'x');
      fs.closeSync(foreign);
      expect(run.trace.length, form).toBe(ended);
    }
    expect(await text(fs.createReadStream(inside.file('a')))).toBe('xx');
    expect(operationsOf(run).at(-1)).toBe('createReadStream:close');
  });

  test('ends where a real mount ends: no rename or link across', async () => {
    using inside = scratch();
    using outside = scratch();
    nodeFs.writeFileSync(outside.file('a'), '');
    using _route = route(planned().fileSystem, { under: inside.path });
    const [from, to] = [outside.file('a'), inside.file('a')];
    expect(() => fs.renameSync(from, to)).toThrow(
      `EXDEV: cross-device link not permitted, rename '${from}' -> '${to}'`,
    );
    expect(await codeOf(promises.link(from, to))).toBe('EXDEV');
    const error = await new Promise<unknown>((resolve) => fs.rename(from, to, resolve));
    expect(error).toMatchObject({ code: 'EXDEV' });
    expect(() => fs.copyFileSync(from, to)).toThrow(
      expect.objectContaining({ code: 'FAULTS_MOUNT' }),
    );
  });
});

test('a descriptor closed twice is told there, and no real file of that number is closed', async () => {
  const disk = diskBackend(Disk.empty(() => 0));
  disk.sync.mkdir('/data', undefined);
  const closes: (number | undefined)[] = [];
  const fileSystem = createFileSystem(disk, {
    sync: (_operation, proceed) => proceed(),
    async: (operation, proceed) => {
      if (operation.name === 'close') closes.push(operation.fd);
      return proceed();
    },
  });
  using _route = route(fileSystem, { under: '/data' });
  const fd = fs.openSync('/data/a', 'w');
  await promisify(fs.close)(fd);
  await expect(promisify(fs.close)(fd)).rejects.toMatchObject({ code: 'EBADF' });
  expect(closes).toEqual([fd, fd]);
  expect(() => nodeFs.fstatSync(fd)).toThrow('EBADF');
});
