import { describe, expect, test } from 'vitest';
import { FlakehoundError } from '../../../../src/errors.js';
import type { OpenFile } from '../../../../src/ports/files.js';
import { type FilePlatform, memoryFiles } from '../../../support/memoryFiles.js';
import { names, openLog, replayed, write, writeAll } from './logWorld.js';

/** The same files, with every open file changed by `change`. */
function changingFiles(
  files: FilePlatform,
  change: (file: OpenFile, path: string) => Partial<OpenFile>,
): FilePlatform {
  return {
    ...files,
    files: {
      ...files.files,
      async open(path, mode) {
        const file = await files.files.open(path, mode);
        const plain: OpenFile = {
          path,
          read: (...args) => file.read(...args),
          readNow: (...args) => file.readNow(...args),
          write: (...args) => file.write(...args),
          writeNow: (...args) => file.writeNow(...args),
          dataSync: () => file.dataSync(),
          dataSyncNow: () => file.dataSyncNow(),
          sync: () => file.sync(),
          truncate: (length) => file.truncate(length),
          size: () => file.size(),
          close: () => file.close(),
        };
        return { ...plain, ...change(plain, path) };
      },
    },
  };
}

const failing = (code: string) => Object.assign(new Error(`${code}: as planned`), { code });

describe.each(['now', 'background', 'auto'] as const)('when a call fails, in mode %s', (commit) => {
  test('short writes are carried on until all is written', async () => {
    const files = memoryFiles();
    const stingy = changingFiles(files, (file) => ({
      write: (from, offset, length, at) => file.write(from, offset, Math.min(7, length), at),
      writeNow: (from, offset, length, at) => file.writeNow(from, offset, Math.min(7, length), at),
    }));
    const { log } = await openLog(stingy, { options: { commit } });
    await writeAll(log, names(9));
    await log.close();
    expect((await replayed(files)).records).toEqual(names(9));
  });

  test('a failed sync is never acknowledged from that file: the group goes elsewhere', async () => {
    const files = memoryFiles();
    let isFailing = false;
    let failed = 0;
    let writesAfter = 0;
    const bad = changingFiles(files, (_file, path) => {
      if (!path.endsWith('wal-1-1')) return {};
      const sync = (next: () => unknown) => () => {
        if (!isFailing) return next();
        failed++;
        throw failing('EIO');
      };
      return {
        write: (...args) => {
          if (failed > 0) writesAfter++;
          return _file.write(...args);
        },
        writeNow: (...args) => {
          if (failed > 0) writesAfter++;
          return _file.writeNow(...args);
        },
        dataSync: async () => sync(() => _file.dataSync())() as Promise<void>,
        dataSyncNow: sync(() => _file.dataSyncNow()) as OpenFile['dataSyncNow'],
      };
    });
    const { log, poison } = await openLog(bad, { options: { commit } });
    await write(log, 'before');
    isFailing = true;
    expect(await writeAll(log, ['during', 'after'])).toEqual(['acknowledged', 'acknowledged']);
    expect(poison).toMatchObject([{ outcome: 'recovered', cause: { code: 'EIO' } }]);
    expect({ failed, writesAfter, ...log.counters }).toMatchObject({
      failed: 1,
      writesAfter: 0,
      poisoned: 1,
    });
    expect((await replayed(files)).records).toEqual(['before', 'during', 'after']);
    await log.close();
  });

  test('where not even the manifest can be written the outcome is unknown, until it can', async () => {
    const files = memoryFiles();
    let isBroken = false;
    const failWhenBroken = () => {
      if (isBroken) throw failing('EIO');
    };
    const bad = changingFiles(files, (file, path) => ({
      async dataSync() {
        if (path.includes('wal')) failWhenBroken();
        await file.dataSync();
      },
      dataSyncNow() {
        if (path.includes('wal')) failWhenBroken();
        file.dataSyncNow();
      },
    }));
    const rename: FilePlatform['files']['rename'] = async (from, to) => {
      failWhenBroken();
      await files.files.rename(from, to);
    };
    const broken = { ...bad, files: { ...bad.files, rename } };
    const { log } = await openLog(broken, { options: { commit } });
    await write(log, 'before');
    isBroken = true;
    expect(await write(log, 'who knows')).toBe('unknown');
    expect(log.state).toBe('readOnly');
    expect((await replayed(files)).records).toEqual(['before', 'who knows']);
    await expect(log.revive()).rejects.toMatchObject({ code: 'STORE_WRITE' });

    isBroken = false;
    await log.revive();
    expect((await replayed(files)).records).toEqual(['before']);
    expect(await write(log, 'after')).toBe('acknowledged');
    await log.close();
    expect((await replayed(files)).records).toEqual(['before', 'after']);
  });

  test('where no sync succeeds, what was rejected is absent, and so is what came meanwhile', async () => {
    const files = memoryFiles();
    let isBroken = false;
    const failWhenBroken = (path: string) => {
      if (isBroken && path.includes('wal')) throw failing('EIO');
    };
    const turns = async (count: number) => {
      for (let turn = 0; turn < count; turn++) await new Promise((done) => setImmediate(done));
    };
    const bad = changingFiles(files, (file, path) => ({
      async dataSync() {
        await turns(8);
        failWhenBroken(path);
        await file.dataSync();
      },
      dataSyncNow() {
        failWhenBroken(path);
        file.dataSyncNow();
      },
    }));
    const { log } = await openLog(bad, { options: { commit } });
    await write(log, 'before');
    isBroken = true;
    const first = write(log, 'rejected');
    await turns(2);
    const second = write(log, 'came meanwhile');
    expect([await first, await second]).toEqual(['absent', 'absent']);
    expect((await replayed(files)).records).toEqual(['before']);
    isBroken = false;
    await log.revive();
    expect(await write(log, 'after')).toBe('acknowledged');
    await log.close();
    expect((await replayed(files)).records).toEqual(['before', 'after']);
  });

  test('where the fence can not tell, the outcome is unknown and the store read-only', async () => {
    const files = memoryFiles();
    let isBroken = false;
    const fence = () => {
      if (isBroken) throw failing('EIO');
    };
    const { log } = await openLog(files, { options: { commit }, fence });
    // Enough for a next segment to be at hand.
    await writeAll(log, ['one', 'two']);
    await log.rotate();
    await write(log, 'three');
    for (let turn = 0; turn < 30; turn++) await new Promise((done) => setImmediate(done));
    isBroken = true;
    expect(await write(log, 'who knows')).toBe('unknown');
    expect(log.state).toBe('readOnly');
    isBroken = false;
    await log.revive();
    expect((await replayed(files)).records).toEqual(['one', 'two', 'three']);
    expect(await write(log, 'four')).toBe('acknowledged');
    await log.close();
    expect((await replayed(files)).records).toEqual(['one', 'two', 'three', 'four']);
  });

  test('an owner who lost the store acknowledges nothing more, and says what is unknown', async () => {
    const files = memoryFiles();
    let isLost = false;
    const lost = new FlakehoundError('STORE_FENCED', 'taken over', { hint: 'open it again' });
    const fence = () => {
      if (isLost) throw lost;
    };
    const { log, poison } = await openLog(files, { options: { commit }, fence });
    await write(log, 'before');
    isLost = true;
    expect(await write(log, 'too late')).toBe('unknown');
    expect(log.state).toBe('fenced');
    expect(() => log.group()).toThrow(lost);
    expect(poison).toEqual([{ outcome: 'fenced', cause: lost }]);
    expect(log.durable).toBe(1);
    await expect(log.rotate()).rejects.toBe(lost);
    await log.close();
  });

  test('an owner who loses the store while a group is synced does not acknowledge it', async () => {
    const files = memoryFiles();
    let isTakenOver = false;
    let isLost = false;
    const fence = () => {
      if (isLost) throw new FlakehoundError('STORE_FENCED', 'taken over', { hint: 'open again' });
    };
    const slow = changingFiles(files, (file, path) => ({
      async dataSync() {
        await file.dataSync();
        if (path.includes('wal')) isLost = isTakenOver;
      },
      dataSyncNow() {
        file.dataSyncNow();
        if (path.includes('wal')) isLost = isTakenOver;
      },
    }));
    const { log } = await openLog(slow, { options: { commit }, fence });
    await write(log, 'before');
    isTakenOver = true;
    expect(await write(log, 'who knows')).toBe('unknown');
    expect(log.state).toBe('fenced');
    expect(log.durable).toBe(1);
    await log.close();
  });

  test('on a full disk what was rejected is absent, and what was there is still read', async () => {
    const files = memoryFiles();
    let isFull = false;
    const full = changingFiles(files, (file, path) => ({
      write: (...args) =>
        isFull && path.includes('wal') ? Promise.resolve(0) : file.write(...args),
      writeNow: (...args) => (isFull && path.includes('wal') ? 0 : file.writeNow(...args)),
    }));
    const { log, poison } = await openLog(full, { options: { commit } });
    await write(log, 'before');
    isFull = true;
    const [first, second] = [write(log, 'rejected'), write(log, 'rejected with it')];
    expect([await first, await second]).toEqual(['absent', 'absent']);
    expect(log.state).toBe('readOnly');
    expect(poison).toMatchObject([{ outcome: 'readOnly', cause: { code: 'ENOSPC' } }]);
    expect(() => log.group()).toThrow(/takes no writes/);
    await expect(log.revive()).rejects.toMatchObject({ code: 'STORE_DISK_FULL' });
    expect((await replayed(files)).records).toEqual(['before']);

    isFull = false;
    await log.revive();
    expect(await writeAll(log, names(9, 'after'))).not.toContain('absent');
    await log.close();
    expect((await replayed(files)).records).toEqual(['before', ...names(9, 'after')]);
  });
});
