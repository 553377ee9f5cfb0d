import { describe, expect, test } from 'vitest';
import { openStore } from '../../../src/openStore.js';
import type { StoreOptions } from '../../../src/store/options.js';
import { storeClock } from '../../support/storeClock.js';
import { StoreMachine } from '../../support/storeMachine.js';

const dir = '/data/store';

function world(options: StoreOptions = {}) {
  const clock = storeClock();
  const machine = StoreMachine.fresh(clock);
  const open = (more: StoreOptions = {}) =>
    clock.drive(
      openStore(dir, {
        log: { segmentBytes: 4096, commit: 'now' },
        ...options,
        ...more,
        platform: machine.process(),
      }),
    );
  const names = (like: RegExp): string[] =>
    (machine.fs.readdirSync(dir) as string[]).filter((name) => like.test(name));
  const bytes = () =>
    new Map(
      names(/./)
        .filter((name) => machine.fs.statSync(`${dir}/${name}`).isFile())
        .map((name) => [name, machine.fs.readFileSync(`${dir}/${name}`).toString('hex')]),
    );
  return { clock, machine, open, names, bytes };
}

describe('opening again and again', () => {
  test('without a write leaves no more files than once', async () => {
    const { clock, open, names } = world();
    await clock.drive((await open()).close());
    const once = names(/./).length;
    for (let count = 0; count < 20; count++) await clock.drive((await open()).close());
    expect(names(/./).length).toBeLessThanOrEqual(once);
  });

  test('with one write each keeps a bounded number of segments, and every job', async () => {
    const { clock, open, names } = world();
    for (let count = 0; count < 60; count++) {
      const store = await open();
      await store.create({ id: `job-${count}`, type: 't' });
      await clock.drive(store.close());
      expect(names(/^wal-/).length).toBeLessThan(24);
    }
    const store = await open();
    expect((await store.list()).map(({ id }) => id)).toEqual(
      Array.from({ length: 60 }, (_, count) => `job-${count}`),
    );
    await clock.drive(store.close());
  });
});

describe('a damaged checkpoint', () => {
  async function twoCheckpoints() {
    const made = world();
    const { clock, open } = made;
    const store = await open();
    for (const id of ['a', 'b', 'c']) {
      await store.create({ id, type: 't', data: id.repeat(40) });
      await store.appendLog(id, { message: `about ${id}` });
      await clock.drive(store.checkpoint());
    }
    await store.create({ id: 'd', type: 't' });
    await clock.drive(store.close());
    return made;
  }

  test('is passed over for the one before, and nothing is lost', async () => {
    const { clock, machine, open, names } = await twoCheckpoints();
    const newest = names(/^jobs-/).at(-1);
    machine.fs.truncateSync(`${dir}/${newest}`, 100);
    const store = await open();
    expect((await store.list()).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect((await store.recentLogs(9)).map(({ message }) => message)).toEqual([
      'about c',
      'about b',
      'about a',
    ]);
    const health = await store.health();
    expect(health.status).toBe('degraded');
    expect(health.reasons.join()).toContain('was passed over');
    await clock.drive(store.close());
  });

  test('stops the open when the one before is damaged too, and changes nothing', async () => {
    const { machine, open, names, bytes } = await twoCheckpoints();
    for (const name of names(/^jobs-/)) machine.fs.truncateSync(`${dir}/${name}`, 100);
    const before = bytes();
    await expect(open()).rejects.toMatchObject({ code: 'CHECKPOINT_CORRUPT' });
    for (const [name, content] of before) {
      if (!name.startsWith('lock-')) expect(bytes().get(name), name).toBe(content);
    }
  });
});

describe('reading alone', () => {
  test('sees what was durable, takes no write and changes no byte', async () => {
    const { clock, open, bytes } = world();
    const owner = await open();
    await owner.create({ id: 'a', type: 't' });
    await clock.drive(owner.checkpoint());
    await owner.create({ id: 'b', type: 't' });
    const before = bytes();
    const reader = await open({ mode: 'readOnly' });
    expect((await reader.list()).map(({ id }) => id)).toEqual(['a', 'b']);
    await expect(reader.create({ type: 't' })).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
    expect((await reader.health()).status).toBe('readOnly');
    await clock.drive(reader.close());
    expect(bytes()).toEqual(before);
    await owner.create({ id: 'c', type: 't' });
    await clock.drive(owner.close());
  });

  test('needs a store to be there', async () => {
    const { open } = world();
    await expect(open({ mode: 'readOnly' })).rejects.toMatchObject({ code: 'STORE_DIR' });
  });
});

test('an unfinished write is cut off, kept aside, and told', async () => {
  const { clock, machine, open, names } = world();
  const store = await open();
  await store.create({ id: 'a', type: 't' });
  await store.create({ id: 'b', type: 't', data: 'x'.repeat(300) });
  const crashed = machine.after(machine.age, 0);
  const [segment] = names(/^wal-/);
  const path = `${dir}/${segment}`;
  const whole = crashed.fs.readFileSync(path) as Buffer;
  const last = whole.lastIndexOf('xxx');
  const fd = crashed.fs.openSync(path, 'r+');
  crashed.fs.writeSync(fd, Buffer.alloc(60), 0, 60, last - 60);
  crashed.fs.closeSync(fd);
  const again = await clock.drive(openStore(dir, { platform: crashed.process() }));
  expect((await again.list()).map(({ id }) => id)).toEqual(['a']);
  const { recovery } = await again.health();
  expect(recovery.tornBytes).toBeGreaterThan(300);
  expect(recovery.keptIn).toHaveLength(1);
  expect(crashed.fs.readFileSync(recovery.keptIn[0]!).includes('xxxxxx')).toBe(true);
  await clock.drive(again.close());
});

test('a change waits for a checkpoint no longer than it may', async () => {
  const { clock, open } = world({ checkpoint: { maxAgeMs: 60_000 } });
  const store = await open();
  await store.create({ id: 'a', type: 't' });
  await clock.advance(59_000);
  expect((await store.health()).lastCheckpoint).toBeNull();
  await clock.advance(1_100);
  await clock.turns(20);
  expect((await store.health()).lastCheckpoint?.lsn).toBe(1);
  await clock.drive(store.close());
  expect(clock.pending).toBe(0);
});

test('a checkpoint comes to its end beside writers that never pause', async () => {
  const { clock, open } = world({ log: { commit: 'now' } });
  const store = await open();
  let isOver = false;
  const writers = ['a', 'b', 'c'].map(async (id) => {
    await store.create({ id, type: 't' });
    for (let data = 0; !isOver; data++) await store.update(id, { data });
  });
  await clock.turns(5);
  let isMade = false;
  const made = store.checkpoint().then(() => {
    isMade = true;
  });
  for (let turn = 0; turn < 2000 && !isMade; turn++) await clock.turns(1);
  isOver = true;
  await Promise.all(writers);
  expect(isMade).toBe(true);
  await made;
  await clock.drive(store.close());
});
