import { expect, test } from 'vitest';
import type { JobStore } from '../../../../src/jobs/jobStore.js';
import { openStore } from '../../../../src/openStore.js';
import { restoreInto } from '../../../../src/store/tools/restoreStore.js';
import { StoreMachine } from '../../../support/storeMachine.js';
import { contents, filled, open } from './filledStore.js';

const from = '/data/backup';

/** A machine with a store, closed, and a backup of it. */
async function backedUp() {
  const machine = StoreMachine.fresh();
  const store = await filled(machine, '/data/store');
  await machine.clock.drive(store.backup(from));
  const backedUpAs = await contents(store);
  await machine.clock.drive(store.close());
  return { machine, backedUpAs };
}

const restore = (machine: StoreMachine, dir: string, replace = false) =>
  machine.clock.drive(restoreInto({ platform: machine.process(), from, dir, replace }));

const healthOf = (store: JobStore, machine: StoreMachine) => machine.clock.drive(store.health());

test('a restored store has the jobs, logs and error events of the backup, under another id', async () => {
  const { machine, backedUpAs } = await backedUp();
  const facts = await restore(machine, '/data/new');
  expect(facts).toMatchObject({ dir: '/data/new', replaced: null, jobs: 40, errorEvents: 1 });
  expect(facts.logEntries).toBeGreaterThan(20);
  const store = await open(machine, '/data/new');
  expect(await contents(store)).toEqual(backedUpAs);
  expect((await healthOf(store, machine)).recovery.notes).toEqual([]);
  await machine.clock.drive(store.close());
});

test('a restored store goes on: seqs, log numbers and LSNs come after what was there', async () => {
  const { machine, backedUpAs } = await backedUp();
  const { lsn } = await restore(machine, '/data/new');
  const store = await open(machine, '/data/new');
  await machine.clock.drive(store.create({ id: 'later', type: 'probe' }));
  const before = (await machine.clock.drive(store.logs('job-1'))).length;
  const entry = await machine.clock.drive(store.appendLog('job-1', { message: 'more' }));
  expect(entry.number).toBe(before + 1);
  expect((await healthOf(store, machine)).lsn).toBeGreaterThan(lsn);
  for (let round = 0; round < 3; round++) {
    await machine.clock.drive(store.create({ id: `round-${round}`, type: 'probe' }));
    await machine.clock.drive(store.checkpoint());
  }
  await machine.clock.drive(store.close());
  const again = await open(machine, '/data/new');
  const jobs = await machine.clock.drive(again.list());
  expect(jobs.map(({ id }) => id)).toEqual([
    ...backedUpAs.jobs.map(({ id }) => id),
    'later',
    'round-0',
    'round-1',
    'round-2',
  ]);
  await machine.clock.drive(again.close());
});

test.each([
  ['a folder that is empty', (fs: StoreMachine['fs']) => fs.mkdirSync('/data/new')],
  [
    'one where an owner came no further than its lock',
    (fs: StoreMachine['fs']) => {
      fs.mkdirSync('/data/new');
      fs.writeFileSync('/data/new/lock-abc.tmp', 'half');
      fs.writeFileSync('/data/new/guests-abc.sock', '');
    },
  ],
])('%s takes a store', async (_, prepare) => {
  const { machine, backedUpAs } = await backedUp();
  prepare(machine.fs);
  await restore(machine, '/data/new');
  const store = await open(machine, '/data/new');
  expect(await contents(store)).toEqual(backedUpAs);
  await machine.clock.drive(store.close());
});

test('a folder with anything else in it is refused, and left as it is', async () => {
  const { machine } = await backedUp();
  machine.fs.mkdirSync('/data/new');
  machine.fs.writeFileSync('/data/new/thesis.txt', 'mine');
  const refused = restore(machine, '/data/new', true);
  await expect(refused).rejects.toMatchObject({ code: 'STORE_DIR' });
  expect(machine.fs.readdirSync('/data/new')).toEqual(['thesis.txt']);
});

test('a store is refused unless it may be replaced, and is then kept whole beside the new one', async () => {
  const { machine, backedUpAs } = await backedUp();
  const store = await open(machine, '/data/store');
  await machine.clock.drive(store.create({ id: 'since', type: 'probe' }));
  await machine.clock.drive(store.close());
  await expect(restore(machine, '/data/store')).rejects.toMatchObject({ code: 'STORE_EXISTS' });
  const { replaced } = await restore(machine, '/data/store', true);
  expect(replaced).toMatch(/^\/data\/store\.before-\d{8}T\d{9}Z$/);
  const now = await open(machine, '/data/store');
  expect(await contents(now)).toEqual(backedUpAs);
  await machine.clock.drive(now.close());
  const old = await open(machine, replaced!);
  expect(await machine.clock.drive(old.get('since'))).toMatchObject({ version: 1 });
  expect(await machine.clock.drive(old.count())).toBe(41);
  await machine.clock.drive(old.close());
});

test('a store whose manifest nobody can read is replaced too', async () => {
  const { machine, backedUpAs } = await backedUp();
  const manifest = machine.fs
    .readdirSync('/data/store')
    .find((name) => String(name).startsWith('manifest'));
  machine.fs.writeFileSync(`/data/store/${String(manifest)}`, 'scribble');
  await restore(machine, '/data/store', true);
  const store = await open(machine, '/data/store');
  expect(await contents(store)).toEqual(backedUpAs);
  await machine.clock.drive(store.close());
});

test('a store that a live process holds is not replaced', async () => {
  const { machine } = await backedUp();
  const store = await open(machine, '/data/store');
  const refused = restore(machine, '/data/store', true);
  await expect(refused).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  expect(await machine.clock.drive(store.count())).toBe(40);
  await machine.clock.drive(store.close());
});

test('a backup with a wrong byte restores nothing', async () => {
  const { machine } = await backedUp();
  const bytes = machine.fs.readFileSync(from) as Buffer;
  bytes[bytes.length >> 1]! ^= 1;
  machine.fs.writeFileSync(from, bytes);
  await expect(restore(machine, '/data/new')).rejects.toMatchObject({ code: 'BACKUP_CORRUPT' });
  expect(machine.fs.existsSync('/data/new')).toBe(false);
});

/** How a store in a folder shows itself after a power cut: whole, refused, or not at all. */
async function shown(machine: StoreMachine, dir: string) {
  try {
    const store = await machine.clock.drive(
      openStore(dir, { platform: machine.process(), missing: 'fail' }),
    );
    const found = await contents(store);
    await machine.clock.drive(store.close());
    return found;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test('whenever the power fails, a new folder has the whole store or none, and a restore can be made again', async () => {
  const { machine, backedUpAs } = await backedUp();
  const start = machine.after(machine.age, 0);
  await restore(start, '/data/new');
  const seen = new Set<string>();
  for (let age = 0; age <= start.age; age += 1) {
    const cut = start.after(age, age);
    const found = await shown(cut, '/data/new');
    if (typeof found === 'string') {
      expect(['STORE_DIR', 'STORE_MANIFEST']).toContain(found);
      await restore(cut, '/data/new', true);
      expect(await shown(cut, '/data/new')).toEqual(backedUpAs);
    } else {
      expect(found).toEqual(backedUpAs);
    }
    seen.add(typeof found === 'string' ? found : 'whole');
  }
  expect([...seen].sort()).toEqual(['STORE_DIR', 'STORE_MANIFEST', 'whole']);
});

test('whenever the power fails, a folder with a store has the old one or the new one', async () => {
  const { machine, backedUpAs } = await backedUp();
  const before = await open(machine, '/data/store');
  await machine.clock.drive(before.create({ id: 'since', type: 'probe' }));
  const old = await contents(before);
  await machine.clock.drive(before.close());
  const start = machine.after(machine.age, 0);
  await restore(start, '/data/store', true);
  const seen = new Set<string>();
  for (let age = 0; age <= start.age; age += 2) {
    const found = await shown(start.after(age, age), '/data/store');
    const jobs = typeof found === 'string' ? found : String(found.jobs.length);
    expect(found).toEqual(jobs === '41' ? old : backedUpAs);
    seen.add(jobs);
  }
  expect([...seen].sort()).toEqual(['40', '41']);
});
