import { describe, expect, test } from 'vitest';
import { FlakehoundError } from '../../../../src/errors.js';
import type { OpenFile } from '../../../../src/ports/files.js';
import { type FilePlatform, memoryFiles } from '../../../support/memoryFiles.js';
import { storeClock } from '../../../support/storeClock.js';
import { openLog, putRecord, replayed, write } from './logWorld.js';

const names = (count: number, prefix = 'record') =>
  Array.from({ length: count }, (_, at) => `${prefix} ${at}`);

async function writeAll(log: Parameters<typeof write>[0], texts: readonly string[]) {
  const outcomes = [];
  for (const text of texts) outcomes.push(await write(log, text));
  return outcomes;
}

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

describe.each(['now', 'background', 'auto'] as const)('commits in mode %s', (commit) => {
  test('what was acknowledged is replayed in order, over many segments and opens', async () => {
    const files = memoryFiles();
    const all: string[] = [];
    for (let round = 0; round < 3; round++) {
      const { log, replayed: found } = await openLog(files, { options: { commit } });
      expect(found).toEqual(all);
      const texts = names(15, `round ${round},`);
      expect(new Set(await writeAll(log, texts))).toEqual(new Set(['acknowledged']));
      all.push(...texts);
      expect(log.durable).toBe(all.length);
      await log.close();
    }
    expect((await replayed(files)).records).toEqual(all);
  });

  test('what comes in one turn is one group', async () => {
    const { log } = await openLog(memoryFiles(), { options: { commit, segmentBytes: 4096 } });
    await Promise.all(names(50).map((text) => write(log, text)));
    expect(log.counters).toMatchObject({ commits: 1, records: 50 });
    await log.close();
  });

  test('a group larger than a segment gets a segment of its own, and the log goes on', async () => {
    const files = memoryFiles();
    const { log } = await openLog(files, { options: { commit } });
    const texts = ['a', 'b'.repeat(5000), 'c', 'd'.repeat(700), 'e'];
    expect(new Set(await writeAll(log, texts))).toEqual(new Set(['acknowledged']));
    await log.close();
    expect((await replayed(files)).records).toEqual(texts);
  });

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
        dataSync: sync(() => _file.dataSync()) as OpenFile['dataSync'],
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

describe('rotation and release', () => {
  test('later groups go to other segments, and the covered ones go', async () => {
    const files = memoryFiles();
    const { log, keeper } = await openLog(files);
    await writeAll(log, names(20));
    const position = await log.rotate();
    expect(position.lsn).toBe(20);
    await writeAll(log, names(3, 'later'));
    await keeper.change((now) => ({ ...now, checkpoints: [checkpointAt(position)] }));
    await log.release(position.lsn);
    expect(keeper.current.log.segments.every(({ lastLsn = 99 }) => lastLsn > 20)).toBe(true);
    expect((await replayed(files)).records).toEqual(names(3, 'later'));
    const listed = [
      ...keeper.current.log.segments.map(({ name }) => name),
      ...(await files.files.list('/data')).filter((name) => name.startsWith('spare')),
    ];
    const there = (await files.files.list('/data')).filter((name) => /^(wal|spare)/.test(name));
    expect(there.sort()).toEqual(listed.sort());
    await log.close();
  });

  test('a released segment is used again, and what it held does not come back', async () => {
    const files = memoryFiles();
    const { log, keeper } = await openLog(files);
    for (let round = 0; round < 6; round++) {
      await writeAll(log, names(12, `round ${round},`));
      const position = await log.rotate();
      await keeper.change((now) => ({ ...now, checkpoints: [checkpointAt(position)] }));
      await log.release(position.lsn);
      expect((await replayed(files)).records).toEqual([]);
      await write(log, `behind ${round}`);
      expect((await replayed(files)).records).toEqual([`behind ${round}`]);
    }
    const made = keeper.current.log.nextGeneration - 1;
    const numbers = (await files.files.list('/data')).filter((name) => /^(wal|spare)/.test(name));
    expect(numbers.length).toBeLessThan(6);
    expect(made).toBeGreaterThan(20);
    await log.close();
  });

  test('while groups arrive, each is before the position or in a later segment', async () => {
    const files = memoryFiles();
    const { log, keeper } = await openLog(files, { options: { commit: 'background' } });
    const writes = names(30).map(async (text, at) => {
      for (let turn = 0; turn < at % 7; turn++) await new Promise((done) => setImmediate(done));
      return await write(log, text);
    });
    const position = await log.rotate();
    await Promise.all(writes);
    await keeper.change((now) => ({ ...now, checkpoints: [checkpointAt(position)] }));
    await log.release(position.lsn);
    expect((await replayed(files)).records).toHaveLength(30 - position.lsn);
    await log.close();
  });

  test('twice without a group between leaves the segment', async () => {
    const { log, keeper } = await openLog(memoryFiles());
    await write(log, 'one');
    await log.rotate();
    const { segments } = keeper.current.log;
    await log.rotate();
    expect(keeper.current.log.segments).toEqual(segments);
    await log.close();
  });
});

describe('back-pressure', () => {
  test('above the bytes allowed there is room only after a group has landed', async () => {
    const { log } = await openLog(memoryFiles(), {
      options: { maxPendingBytes: 100, segmentBytes: 4096 },
    });
    expect(log.room()).toBeUndefined();
    const first = write(log, 'x'.repeat(200));
    const room = log.room();
    expect(room).toBeInstanceOf(Promise);
    await room;
    expect(log.room()).toBeUndefined();
    expect(await first).toBe('acknowledged');
    await log.close();
  });

  test('while somebody has waited too long there is none', async () => {
    let elapsed = 0;
    const clock = { ...storeClock(), elapsed: () => elapsed };
    const { log } = await openLog(memoryFiles(), { clock, options: { maxPendingMs: 50 } });
    void write(log, 'one');
    expect(log.room()).toBeUndefined();
    elapsed = 51;
    expect(log.room()).toBeInstanceOf(Promise);
    await log.quiet();
    expect(log.room()).toBeUndefined();
    await log.close();
  });
});

test('a record whose encoder threw leaves nothing behind', async () => {
  const files = memoryFiles();
  const { log } = await openLog(files);
  const first = write(log, 'first');
  putRecord(log.group(), 'half a record, never counted');
  const second = write(log, 'second');
  expect([await first, await second]).toEqual(['acknowledged', 'acknowledged']);
  putRecord(log.group(), 'another');
  await log.quiet();
  await log.close();
  expect((await replayed(files)).records).toEqual(['first', 'second']);
});

test('who adds no record hears once everything before is durable', async () => {
  const { log } = await openLog(memoryFiles(), { options: { commit: 'background' } });
  const heard: unknown[] = [];
  log.group().whenSettled(() => heard.push(log.durable));
  await log.quiet();
  const first = write(log, 'one');
  await new Promise((done) => setImmediate(done));
  const group = log.group();
  const mark = group.mark();
  putRecord(group, 'taken back');
  group.added();
  group.cutBack(mark);
  group.whenSettled(() => heard.push(log.durable));
  await first;
  await log.quiet();
  expect(heard).toEqual([0, 1]);
  await log.close();
});

test('closing writes what was given before, refuses what comes after, and seals all', async () => {
  const files = memoryFiles();
  const { log, keeper } = await openLog(files);
  const last = write(log, 'last');
  const closed = log.close();
  expect(() => log.group()).toThrow(/closed/);
  await closed;
  await log.close();
  expect(await last).toBe('acknowledged');
  expect(keeper.current.log.segments.every(({ sealedAt }) => sealedAt !== undefined)).toBe(true);
  const wals = (await files.files.list('/data')).filter((name) => /^(wal|spare)/.test(name));
  expect(wals).toEqual(keeper.current.log.segments.map(({ name }) => name));
});

test('a callback that throws keeps neither the others nor the log from going on', async () => {
  const thrown: unknown[] = [];
  const clock = storeClock();
  const catching = {
    ...clock,
    soon: (action: () => void) =>
      clock.soon(() => {
        try {
          action();
        } catch (error) {
          thrown.push(error);
        }
      }),
  };
  const { log } = await openLog(memoryFiles(), { clock: catching });
  const group = log.group();
  putRecord(group, 'one');
  group.added();
  group.whenSettled(() => {
    throw new Error('a mistake of the caller');
  });
  expect(await write(log, 'two')).toBe('acknowledged');
  expect(await write(log, 'three')).toBe('acknowledged');
  expect(thrown).toEqual([new Error('a mistake of the caller')]);
  await log.close();
});

test('files that a crash left and no manifest lists are removed, those of a later epoch are not', async () => {
  const files = memoryFiles();
  files.volume.writeFileSync('/data/wal-1-77', 'left');
  files.volume.writeFileSync('/data/spare-0-3', 'left');
  files.volume.writeFileSync('/data/wal-9-1', 'of another owner');
  const { log } = await openLog(files);
  const wals = (await files.files.list('/data')).filter((name) => /^(wal|spare)/.test(name));
  expect(wals).toEqual(['wal-1-78', 'wal-9-1']);
  await log.close();
});

function checkpointAt(position: { lsn: number; chain: number }) {
  const jobs = { name: 'jobs-1-1', lsn: position.lsn, jobs: 0, bytes: 0, lastSeq: 0 };
  return { position, at: 0, jobs, logs: [], merged: [] };
}
