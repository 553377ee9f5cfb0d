import { expect, test } from 'vitest';
import type { Files } from '../../../../src/ports/files.js';
import type { Platform } from '../../../../src/ports/platform.js';
import { checkFolderOf, type StoreReport } from '../../../../src/store/tools/checkStore.js';
import { StoreMachine } from '../../../support/storeMachine.js';
import { contents, filled, open } from './filledStore.js';

const dir = '/data/store';

/** What lies in the store's folder, by name. */
function bytesIn(machine: StoreMachine): Map<string, string> {
  const all = new Map<string, string>();
  for (const name of machine.fs.readdirSync(dir).map(String)) {
    if (machine.fs.statSync(`${dir}/${name}`).isDirectory()) continue;
    all.set(name, (machine.fs.readFileSync(`${dir}/${name}`) as Buffer).toString('latin1'));
  }
  return all;
}

/** Fails whatever would change a byte. */
function readingOnly(platform: Platform): Platform {
  const refuse = () => Promise.reject(new Error('it writes'));
  const files: Files = {
    ...platform.files,
    open: (path, mode) => (mode === 'read' ? platform.files.open(path, mode) : refuse()),
    makeFolder: refuse,
    rename: refuse,
    link: refuse,
    unlink: refuse,
    syncFolder: refuse,
  };
  return { ...platform, files };
}

const check = (machine: StoreMachine): Promise<StoreReport> =>
  machine.clock.drive(checkFolderOf({ platform: readingOnly(machine.process()), dir }));

async function closedStore(): Promise<StoreMachine> {
  const machine = StoreMachine.fresh();
  const store = await filled(machine, dir);
  await machine.clock.drive(store.close());
  return machine;
}

const worse = (report: StoreReport) =>
  report.findings.filter(({ severity }) => severity !== 'info');

test('a store that was closed is as it should be, and no byte of it changes', async () => {
  const machine = await closedStore();
  const before = bytesIn(machine);
  const report = await check(machine);
  expect(report).toMatchObject({ ok: true, holder: null, findings: [] });
  expect(report.checkpoints.map(({ jobs }) => jobs)).toEqual([30, 15]);
  expect(bytesIn(machine)).toEqual(before);
});

test('a store in use can be looked at, and its holder is named', async () => {
  const machine = StoreMachine.fresh();
  const store = await filled(machine, dir);
  const report = await check(machine);
  expect(report).toMatchObject({ ok: true, holder: { pid: 1, state: 'alive', epoch: 1 } });
  await machine.clock.drive(store.create({ id: 'still works', type: 'probe' }));
  await machine.clock.drive(store.close());
});

test('a store in use is never called damaged, however often it makes checkpoints meanwhile', async () => {
  const machine = StoreMachine.fresh();
  const store = await filled(machine, dir);
  const own = readingOnly(machine.process());
  const { open: openNow } = own.files;
  let opened = 0;
  // Between two looks at files the owner goes on, so that checkpoints come and go.
  const slowly: Files['open'] = async (path, mode) => {
    opened++;
    await store.create({ id: `more-${opened}`, type: 'probe', data: 'x'.repeat(500) });
    if (opened % 2 === 0) await store.checkpoint();
    return openNow(path, mode);
  };
  const platform = { ...own, files: { ...own.files, open: slowly } };
  const { findings } = await machine.clock.drive(checkFolderOf({ platform, dir }));
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(opened).toBeGreaterThan(20);
  await machine.clock.drive(store.close());
});

test('after a power cut there is nothing worse than a torn tail', async () => {
  const machine = StoreMachine.fresh();
  await filled(machine, dir);
  for (let back = 0; back < 60; back++) {
    const cut = machine.after(machine.age - back, back);
    expect(worse(await check(cut)), `effect ${machine.age - back}`).toEqual([]);
  }
});

test('a byte that is wrong is found, or makes no difference to what the store holds', async () => {
  const machine = await closedStore();
  const expected = await contentsOf(machine);
  const whole = await closedStore();
  const files = [...bytesIn(whole)].filter(([name]) => !name.startsWith('spare-'));
  let found = 0;
  for (const [name, text] of files) {
    const size = text.length;
    for (let part = 0; part < 12; part++) {
      // Places spread over each file, its first and last byte among them.
      const at = Math.round((part / 11) * (size - 1));
      const bytes = Buffer.from(text, 'latin1');
      bytes[at]! ^= 1 << (part % 8);
      const path = `${dir}/${name}`;
      whole.fs.writeFileSync(path, bytes);
      const report = await check(whole);
      whole.fs.writeFileSync(path, Buffer.from(text, 'latin1'));
      if (!report.ok) {
        found++;
        expect(worse(report)[0]).toMatchObject({
          what: expect.any(String),
          hint: expect.any(String),
        });
        continue;
      }
      const copy = await closedStore();
      copy.fs.writeFileSync(path, bytes);
      expect(await contentsOf(copy), `${name} at ${at}`).toEqual(expected);
    }
  }
  expect(found).toBeGreaterThan(20);
});

test('a file that is missing, empty or cut in half is found', async () => {
  const machine = await closedStore();
  const live = [...bytesIn(machine)].filter(([name]) => /^(manifest|wal|jobs|logs)-/.test(name));
  const { checkpoints } = await check(machine);
  expect(live.length).toBeGreaterThan(5);
  for (const [name, text] of live) {
    const path = `${dir}/${name}`;
    const whole = Buffer.from(text, 'latin1');
    machine.fs.unlinkSync(path);
    expect((await check(machine)).ok, `without ${name}`).toBe(false);
    for (const size of [0, whole.length >> 1]) {
      machine.fs.writeFileSync(path, whole.subarray(0, size));
      const report = await check(machine);
      expect(report.ok, `${name} of ${size} bytes`).toBe(false);
    }
    machine.fs.writeFileSync(path, whole);
  }
  expect(await check(machine)).toMatchObject({ ok: true, checkpoints });
});

test('leftovers, strangers, kept copies and updates that wait are named', async () => {
  const machine = await closedStore();
  machine.fs.mkdirSync(`${dir}/kept`);
  for (const name of [
    'guests-x.sock',
    'jobs-9-9',
    'manifest-0',
    'x.tmp',
    'thesis.txt',
    'kept/wal-1-1-0-x',
  ]) {
    machine.fs.writeFileSync(`${dir}/${name}`, 'x');
  }
  machine.fs.writeFileSync(`${dir}/recovery-abc`, 'scribble');
  const report = await check(machine);
  const said = report.findings.map(({ severity, file, what }) => `${severity} ${file} ${what}`);
  expect(said).toEqual([
    expect.stringContaining(`${dir}/recovery-abc was left out`),
    `info ${dir}/guests-x.sock it was left over by a crash`,
    `info ${dir}/jobs-9-9 it was left over by a crash`,
    `info ${dir}/kept/wal-1-1-0-x it is a copy of bytes that an open cut off`,
    `info ${dir}/manifest-0 it was left over by a crash`,
    `info ${dir}/thesis.txt it is no file of the store`,
    `info ${dir}/x.tmp it was left over by a crash`,
  ]);
  expect(report.ok).toBe(false);
});

test.each([
  ['nothing', () => undefined, 'is not there'],
  ['a file', (fs: StoreMachine['fs']) => fs.writeFileSync(dir, 'x'), 'is not a folder'],
])('%s in the place of a folder can’t be looked at', async (_, prepare, why) => {
  const machine = StoreMachine.fresh();
  prepare(machine.fs);
  await expect(check(machine)).rejects.toMatchObject({
    code: 'STORE_DIR',
    message: expect.stringContaining(why),
  });
});

test('a folder without a manifest is no store', async () => {
  const machine = StoreMachine.fresh();
  machine.fs.mkdirSync(dir);
  expect(await check(machine)).toMatchObject({
    ok: false,
    findings: [{ severity: 'error', file: dir }],
  });
});

async function contentsOf(machine: StoreMachine) {
  const store = await open(machine, dir);
  const found = await contents(store);
  await machine.clock.drive(store.close());
  return found;
}
