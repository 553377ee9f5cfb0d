import { describe, expect, test } from 'vitest';
import { type FilePlatform, memoryFiles } from '../../../support/memoryFiles.js';
import { storeClock } from '../../../support/storeClock.js';
import { names, openLog, putRecord, replayed, write, writeAll } from './logWorld.js';

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((done) => setImmediate(done));
};

/** The same files, whose syncs in the background last some turns of the event loop. */
function withSlowSyncs(platform: FilePlatform): FilePlatform {
  const { files } = platform;
  const open: FilePlatform['files']['open'] = async (...how) => {
    const file = await files.open(...how);
    const dataSync = () => turns(4).then(() => Object.getPrototypeOf(file).dataSync.call(file));
    return Object.assign(file, { dataSync });
  };
  return { ...platform, files: { ...files, open } };
}

describe('who was answered and writes again at once', () => {
  /** Commits of writers that each write again when they are answered, and the turns these waited for. */
  const commits = async (
    writers: number,
    rounds: number,
    { isShared = false, thinkMs = 0 }: { isShared?: boolean; thinkMs?: number } = {},
  ) => {
    const clock = storeClock();
    let turnsAsked = 0;
    let thought = 0;
    const counted = {
      ...clock,
      elapsed: () => clock.elapsed() + thought,
      soon: (action: () => void) => {
        turnsAsked++;
        clock.soon(action);
      },
    };
    const { log } = await openLog(memoryFiles(), {
      clock: counted,
      options: { commit: 'now', segmentBytes: 2 ** 20 },
      pace: { isShared, holds: () => false },
    });
    // As callers do who wait behind functions of their own.
    const wrapped = async (text: string) => await (async () => await write(log, text))();
    const writer = async (n: number): Promise<void> => {
      for (const text of names(rounds, `writer ${n},`)) {
        await wrapped(text);
        thought += thinkMs;
      }
    };
    await Promise.all(Array.from({ length: writers }, (_, n) => writer(n)));
    const { commits, records } = log.counters;
    await log.close();
    return { commits, records, turnsAsked };
  };

  test.each([1, 2, 40])('%i writers wait for few turns of the event loop', async (writers) => {
    const { commits: made, records, turnsAsked } = await commits(writers, 45);
    expect({ made, records }).toEqual({ made: 45, records: writers * 45 });
    // A turn, eight commits without one, and so on: the event loop gets its share.
    expect(turnsAsked).toBe(5);
  });

  test('but for each of them while the log is shared', async () => {
    const made = await commits(3, 20, { isShared: true });
    expect(made).toEqual({ commits: 20, records: 60, turnsAsked: 20 });
  });

  test('or when they do something else before', async () => {
    const made = await commits(1, 20, { thinkMs: 0.1 });
    expect(made).toEqual({ commits: 20, records: 20, turnsAsked: 20 });
  });

  test('a group waits for those who write later in the turn', async () => {
    const { log } = await openLog(memoryFiles(), { options: { commit: 'now' } });
    await Promise.all(names(3).map((text) => write(log, text)));
    // Fewer than were answered: the others may still come.
    const first = write(log, 'one');
    for (let turn = 0; turn < 40; turn++) await Promise.resolve();
    await Promise.all([first, write(log, 'two')]);
    expect(log.counters).toMatchObject({ commits: 2, records: 5 });
    await log.close();
  });
});

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

  test('what comes while a group is on its way follows it', async () => {
    const files = memoryFiles();
    const { log } = await openLog(withSlowSyncs(files), {
      options: { commit, segmentBytes: 4096 },
    });
    const outcomes: Promise<string>[] = [];
    for (const text of names(30)) {
      outcomes.push(write(log, text));
      await turns(1);
    }
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['acknowledged']));
    await log.close();
    expect((await replayed(files)).records).toEqual(names(30));
  });

  test('a group larger than a segment gets a segment of its own, and the log goes on', async () => {
    const files = memoryFiles();
    const { log } = await openLog(files, { options: { commit } });
    const texts = ['a', 'b'.repeat(5000), 'c', 'd'.repeat(700), 'e'];
    expect(new Set(await writeAll(log, texts))).toEqual(new Set(['acknowledged']));
    await log.close();
    expect((await replayed(files)).records).toEqual(texts);
  });
});

describe('rotation and release', () => {
  test('later groups go to other segments, and the covered ones go', async () => {
    const files = memoryFiles();
    const { log, keeper } = await openLog(files);
    await writeAll(log, names(20));
    const position = await log.rotate();
    expect(position.lsn).toBe(20);
    const filled = keeper.current.log.segments.filter(({ sealedAt }) => sealedAt !== undefined);
    expect(filled.at(-1)).toMatchObject({ lastLsn: 20 });
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

  test('a segment takes no group before the manifest lists it', async () => {
    const files = memoryFiles();
    let gate: Promise<void> | undefined;
    let open = () => {};
    const rename: FilePlatform['files']['rename'] = async (from, to) => {
      await gate;
      await files.files.rename(from, to);
    };
    const { log } = await openLog({ ...files, files: { ...files.files, rename } });
    gate = new Promise((done) => {
      open = done;
    });
    const outcomes: string[] = [];
    for (const text of names(2)) outcomes.push(await write(log, text));
    const waiting = write(log, 'x'.repeat(60)).then((outcome) => outcomes.push(outcome));
    for (let turn = 0; turn < 50; turn++) await new Promise((done) => setImmediate(done));
    expect(outcomes).toEqual(['acknowledged', 'acknowledged']);
    open();
    await waiting;
    expect(outcomes).toHaveLength(3);
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
    const options = { maxPendingMs: 50, commit: 'background' } as const;
    const { log } = await openLog(withSlowSyncs(memoryFiles()), { clock, options });
    void write(log, 'one');
    expect(log.room()).toBeUndefined();
    // What gathers in one turn leaves with it; from then on it may be late.
    await turns(2);
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
