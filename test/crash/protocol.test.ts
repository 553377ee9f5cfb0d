import { describe, expect, test } from 'vitest';
import { openStore } from '../../src/index.js';
import type { JobStore } from '../../src/jobs/jobStore.js';
import type { Platform } from '../../src/ports/platform.js';
import type { StoreOptions } from '../../src/store/options.js';
import { StoreMachine } from '../support/storeMachine.js';
import { brittle, type Trouble } from './brittleFiles.js';

const dir = '/data/store';
const small: StoreOptions = {
  log: { segmentBytes: 4096 },
  checkpoint: { logBytes: 1 << 20 },
  flushMs: 1000,
};

function open(
  machine: StoreMachine,
  options: StoreOptions = {},
  platform: Platform = machine.process(),
): Promise<JobStore> {
  return machine.clock.drive(openStore(dir, { ...small, ...options, platform }));
}

/** A store whose files fail when they are told to. */
async function openBrittle(machine: StoreMachine, options: StoreOptions = {}) {
  const trouble: Trouble = { fails: () => undefined };
  const store = await open(machine, options, brittle(machine.process(), trouble));
  return { store, trouble };
}

const seeds = [0, 1, 2, 3, 4, 5, 6, 7];

async function ids(store: JobStore): Promise<string[]> {
  return (await store.list()).map(({ id }) => id);
}

const create = (store: JobStore, id: string) => store.create({ id, type: 'test' });

describe('what somebody was told', () => {
  test.each(['now', 'background'] as const)('of a write is durable by then: %s', async (commit) => {
    const machine = StoreMachine.fresh();
    const store = await open(machine, { log: { segmentBytes: 4096, commit } });
    await machine.clock.drive(create(store, 'a'));
    const { age } = machine;
    for (const seed of seeds) {
      const later = machine.after(age, seed);
      expect(await ids(await open(later))).toEqual(['a']);
    }
  });

  test.each(['now', 'background'] as const)(
    'of a refusal, and what it was judged by, is durable by then: %s',
    async (commit) => {
      const machine = StoreMachine.fresh();
      const store = await open(machine, { log: { segmentBytes: 4096, commit } });
      const first = create(store, 'a');
      let age = 0;
      const second = create(store, 'a').catch((error: unknown) => {
        age = machine.age;
        return error;
      });
      expect(await machine.clock.drive(second)).toMatchObject({ code: 'JOB_EXISTS' });
      await first;
      for (const seed of seeds) {
        expect(await ids(await open(machine.after(age, seed)))).toEqual(['a']);
      }
    },
  );
});

test('what failed never happened, for reads, for later writes and for the log of a job', async () => {
  const machine = StoreMachine.fresh();
  const { store, trouble } = await openBrittle(machine);
  const { clock } = machine;
  await clock.drive(create(store, 'a'));
  await clock.drive(store.appendLog('a', { level: 'info', message: 'one' }));
  trouble.fails = (call, path) =>
    path.includes('/wal-') && /^(write|sync|dataSync)/.test(call) ? 'EIO' : undefined;
  const failed = await clock.drive(
    Promise.allSettled([
      create(store, 'b'),
      store.update('a', { progress: 0.5 }),
      store.appendLog('a', { level: 'info', message: 'lost' }),
    ]),
  );
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(await ids(store)).toEqual(['a']);
  trouble.fails = () => undefined;
  await clock.advance(5_000);
  expect(await clock.drive(create(store, 'b'))).toMatchObject({ id: 'b', version: 1 });
  expect(await clock.drive(store.update('a', { progress: 0.25 }))).toMatchObject({ version: 2 });
  const next = await clock.drive(store.appendLog('a', { level: 'info', message: 'two' }));
  expect(next).toMatchObject({ number: 2 });
  const again = await open(machine.after(machine.age, 1));
  expect(await again.get('a')).toMatchObject({ progress: 0.25, version: 2 });
  expect((await again.logs('a')).map(({ message }) => message)).toEqual(['one', 'two']);
  expect(await ids(again)).toEqual(['a', 'b']);
});

test('a group that was refused half way is not in the log', async () => {
  const machine = StoreMachine.fresh();
  const store = await open(machine);
  const refused = store.group([
    { kind: 'create', id: 'a', type: 'test' },
    { kind: 'remove', id: 'a' },
    { kind: 'create', id: 'b', type: 'test' },
    { kind: 'update', id: 'missing', patch: { progress: 1 } },
  ]);
  const [group, single] = await machine.clock.drive(
    Promise.allSettled([refused, create(store, 'c')]),
  );
  expect([group?.status, single?.status]).toEqual(['rejected', 'fulfilled']);
  expect((await store.health()).lsn).toBe(1);
  expect(await ids(await open(machine.after(machine.age, 0)))).toEqual(['c']);
});

test.each([
  ['after a checkpoint', true],
  ['after a replay', false],
])('no number of a job is given twice %s', async (_, withCheckpoint) => {
  let machine = StoreMachine.fresh();
  let store = await open(machine);
  for (const id of ['a', 'b']) await machine.clock.drive(create(store, id));
  if (withCheckpoint) await machine.clock.drive(store.checkpoint());
  machine = machine.after(machine.age, 0);
  store = await open(machine);
  await machine.clock.drive(create(store, 'c'));
  expect(await ids(store)).toEqual(['a', 'b', 'c']);
  expect(await ids(await open(machine.after(machine.age, 0)))).toEqual(['a', 'b', 'c']);
});

test('error events outlive the log that they were written to', async () => {
  let machine = StoreMachine.fresh();
  const { clock } = machine;
  const { store, trouble } = await openBrittle(machine, { log: { segmentBytes: 4096 } });
  await clock.drive(create(store, 'a'));
  trouble.fails = (call, path) =>
    call === 'rename' && path.includes('/jobs-') ? 'EIO' : undefined;
  await expect(clock.drive(store.checkpoint())).rejects.toMatchObject({ code: 'CHECKPOINT_WRITE' });
  let isFirst = true;
  trouble.fails = (call, path) => {
    if (!/^dataSync/.test(call) || !path.includes('/wal-') || !isFirst) return undefined;
    isFirst = false;
    return 'EIO';
  };
  await clock.drive(create(store, 'b'));
  const told = await store.errorEvents();
  expect(told.length).toBeGreaterThan(0);
  for (const id of ['c', 'd', 'e']) {
    await clock.drive(create(store, id));
    await clock.drive(store.checkpoint());
  }
  machine = machine.after(machine.age, 0);
  expect(await (await open(machine)).errorEvents()).toEqual(told);
});

test('a damaged checkpoint costs nothing: the one before and the log have everything', async () => {
  const machine = StoreMachine.fresh();
  const { clock } = machine;
  const store = await open(machine);
  for (const id of ['a', 'b', 'c', 'd']) {
    await clock.drive(create(store, id));
    await clock.drive(store.appendLog(id, { level: 'info', message: id }));
    if (id !== 'd') await clock.drive(store.checkpoint());
  }
  const later = machine.after(machine.age, 0);
  const tables = later.fs.readdirSync(dir).filter((name) => String(name).startsWith('jobs-'));
  expect(tables.length).toBeGreaterThanOrEqual(2);
  const newest = tables.map(String).sort().at(-1);
  const bytes = Buffer.from(later.fs.readFileSync(`${dir}/${newest}`) as Uint8Array);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 6) ^ 1, bytes.length - 6);
  later.fs.writeFileSync(`${dir}/${newest}`, bytes);
  const again = await open(later);
  expect(await ids(again)).toEqual(['a', 'b', 'c', 'd']);
  for (const id of ['a', 'b', 'c', 'd']) expect(await again.logs(id)).toHaveLength(1);
  expect((await again.health()).recovery.notes).toEqual([expect.stringContaining('passed over')]);
});

test('what a failed checkpoint was to write is in the next', async () => {
  const machine = StoreMachine.fresh();
  const { clock } = machine;
  const { store, trouble } = await openBrittle(machine);
  await clock.drive(create(store, 'a'));
  await clock.drive(store.appendLog('a', { level: 'info', message: 'one' }));
  await clock.drive(store.checkpoint());
  await clock.drive(create(store, 'b'));
  await clock.drive(store.appendLog('a', { level: 'info', message: 'two' }));
  for (const name of ['jobs-', 'logs-', 'manifest']) {
    trouble.fails = (call, path) =>
      call === 'rename' && path.startsWith(`${dir}/${name}`) ? 'EIO' : undefined;
    await expect(clock.drive(store.checkpoint())).rejects.toThrow();
  }
  trouble.fails = () => undefined;
  for (const id of ['c', 'd', 'e']) {
    await clock.drive(create(store, id));
    await clock.drive(store.checkpoint());
  }
  for (const one of [store, await open(machine.after(machine.age, 0))]) {
    expect(await ids(one)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect((await one.logs('a')).map(({ message }) => message)).toEqual(['one', 'two']);
  }
});

test('a checkpoint whose manifest could not be synced is there or not, but never half', async () => {
  const machine = StoreMachine.fresh();
  const { clock } = machine;
  const { store, trouble } = await openBrittle(machine);
  await clock.drive(create(store, 'a'));
  // The rotation writes a manifest too, which passes: it comes before the tables.
  let hasTable = false;
  let isRenamed = false;
  trouble.fails = (call, path) => {
    if (call === 'rename' && path.includes('/jobs-')) hasTable = true;
    if (call === 'rename' && path.includes('/manifest')) isRenamed = hasTable;
    return isRenamed && call === 'syncFolder' ? 'EDQUOT' : undefined;
  };
  await expect(clock.drive(store.checkpoint())).rejects.toMatchObject({ code: 'STORE_MANIFEST' });
  await machine.clock.drive(store.close()).catch(() => undefined);
  for (const seed of seeds) {
    expect(await ids(await open(machine.after(machine.age, seed)))).toEqual(['a']);
  }
});

test('a checkpoint that can’t clear up behind it is made all the same', async () => {
  const machine = StoreMachine.fresh();
  const { clock } = machine;
  const { store, trouble } = await openBrittle(machine);
  for (const id of ['a', 'b', 'c', 'd']) {
    await clock.drive(create(store, id));
    if (id === 'd') {
      trouble.fails = (call, path) =>
        /^(unlink|existsNow|list)$/.test(call) && !path.includes('/lock-') ? 'EIO' : undefined;
    }
    await clock.drive(store.checkpoint());
  }
  expect((await store.health()).lastCheckpoint).toMatchObject({ lsn: 4 });
});

describe('cut off at any operation', () => {
  test('of the first open, a store is made, and what it then takes is there', async () => {
    const machine = StoreMachine.fresh();
    const store = await open(machine);
    await machine.clock.drive(create(store, 'a'));
    const { age } = machine;
    for (let cut = 0; cut <= age; cut++) {
      for (const seed of [0, 1, 2, 3]) {
        const later = machine.after(cut, seed);
        const shown = await ids(await open(later));
        if (cut === age) expect(shown).toEqual(['a']);
        expect(['', 'a']).toContain(shown.join());
      }
    }
  });

  test('of a checkpoint, everything is there', async () => {
    const machine = StoreMachine.fresh();
    const { clock } = machine;
    const store = await open(machine);
    const all = ['a', 'b', 'c'];
    for (const id of all) {
      await clock.drive(create(store, id));
      await clock.drive(store.appendLog(id, { level: 'info', message: id }));
      if (id !== 'c') await clock.drive(store.checkpoint());
    }
    const before = machine.age;
    await clock.drive(store.checkpoint());
    for (let cut = before; cut <= machine.age; cut++) {
      for (const seed of [0, 1, 2]) {
        const again = await open(machine.after(cut, seed));
        expect(await ids(again)).toEqual(all);
        for (const id of all) expect(await again.logs(id)).toHaveLength(1);
      }
    }
  });
});

test('every owner has an epoch of its own, and the manifest says so', async () => {
  const machine = StoreMachine.fresh();
  const epochs: number[] = [];
  for (let round = 0; round < 3; round++) {
    const store = await open(machine);
    epochs.push((await store.health()).epoch);
    await machine.clock.drive(store.close());
  }
  expect(epochs).toEqual([1, 2, 3]);
});

test('where the manifest is lost no empty store takes the place of the old one', async () => {
  const machine = StoreMachine.fresh();
  const store = await open(machine);
  await machine.clock.drive(create(store, 'a'));
  await machine.clock.drive(store.checkpoint());
  await machine.clock.drive(store.close());
  for (const name of machine.fs.readdirSync(dir).map(String)) {
    if (name.startsWith('manifest')) machine.fs.unlinkSync(`${dir}/${name}`);
  }
  await expect(open(machine)).rejects.toMatchObject({ code: 'STORE_MANIFEST' });
});
