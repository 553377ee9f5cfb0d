import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from '../../../../src/index.js';
import { type FakeMachine, fakeMachine } from '../../../support/fakeIo.js';
import { checkout } from '../../../support/huntsAt.js';

let cwd = '';
let remove: () => Promise<void>;
let machine: FakeMachine;
let repo: ReturnType<typeof checkout>;
beforeEach(async () => {
  const folder = await dir({ unsafeCleanup: true });
  cwd = folder.path;
  remove = folder.cleanup;
  machine = fakeMachine();
  repo = checkout(cwd, machine);
  await repo.type({}, 'hunt', '--runs', '2');
});
afterEach(() => remove());

const store = (...argv: string[]) => repo.type({}, 'store', ...argv);

test('stats say how the store of the hunts under a root is', async () => {
  const { code, out } = await store('stats', '.');
  expect(code).toBe(0);
  expect(out).toMatch(/^status +healthy$/m);
  expect(out).toMatch(/^jobs +6: 3 queued, 0 active, 3 completed/m);
  expect(JSON.parse((await store('stats', '.', '--json')).out)).toMatchObject({
    status: 'healthy',
    jobs: { completed: 3 },
    events: [],
  });
});

test('a store is named by its own folder too', async () => {
  const state = machine.stores.get(cwd);
  if (state === undefined) throw new Error('no store');
  machine.stores.clear();
  machine.stores.set('/elsewhere', state);
  expect((await store('stats', '/elsewhere')).out).toMatch(/^jobs +6/m);
});

test('a store is checked, and restored from a backup', async () => {
  const real = await openStore(join(cwd, 'real'));
  await real.create({ id: 'one', type: 'job' });
  await real.backup(join(cwd, 'copy'));
  await real.close();
  const sound = await store('check', 'real');
  expect([sound.code, sound.out]).toEqual([0, expect.stringMatching(/^sound: .*real/m)]);
  const restored = await store('restore', 'again', 'copy');
  expect([restored.code, restored.out]).toEqual([0, expect.stringMatching(/^1 jobs .*again$/m)]);
  expect((await store('restore', 'again', 'copy')).err).toContain('STORE_EXISTS');
  expect((await store('restore', 'again', 'copy', '--replace')).out).toContain('kept in');
  const [manifest] = (await readdir(join(cwd, 'real'))).filter((name) => /^manifest/.test(name));
  await writeFile(join(cwd, 'real', manifest ?? ''), 'nonsense');
  const damaged = await store('check', 'real');
  expect([damaged.code, damaged.out]).toEqual([1, expect.stringMatching(/^error +.*manifest/m)]);
  expect(damaged.out).toContain('damaged: ');
});

test('export prints every job and log entry as a line of JSON', async () => {
  await repo.type({}, 'hunt', '--runs', '1');
  const lines = (await store('export', '.')).out.trimEnd().split('\n');
  const jobs = lines.flatMap((line) => {
    const { job } = JSON.parse(line) as { job?: { id: string } };
    return job === undefined ? [] : [job.id];
  });
  expect(jobs).toEqual([...(machine.stores.get(cwd)?.jobs.keys() ?? [])]);
});

test.each([
  ['stats nowhere', 3, 'holds no store'],
  ['destroy .', 2, 'check, stats, backup, restore, export, compact'],
  ['stats', 2, "missing required argument 'dir'"],
  ['backup .', 2, 'store backup . FILE'],
  ['stats . a.txt', 2, 'drop a.txt'],
])('store %s', async (line, expected, named) => {
  const { code, err, out } = await store(...line.split(' '));
  expect([code, out]).toEqual([expected, '']);
  expect(err).toContain(named);
});
