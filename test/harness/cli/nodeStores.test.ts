import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { dir as temporaryFolder } from 'tmp-promise';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeStores } from '../../../harness/cli/nodeStores.js';
import { runCli } from '../../../harness/cli/runCli.js';
import { openStore } from '../../../src/index.js';
import { fakeIo } from '../../support/fakeIo.js';

let cwd = '';
let remove: () => Promise<void>;
beforeEach(async () => {
  const folder = await temporaryFolder({ unsafeCleanup: true });
  cwd = folder.path;
  remove = folder.cleanup;
});
afterEach(() => remove());

async function store(...argv: string[]) {
  const io = { ...fakeIo({ cwd }), stores: nodeStores };
  const code = await runCli(['store', ...argv], { version: '1.2.3', io });
  const { out, err } = io;
  return { code, out: out.text, err: err.text };
}

async function filled(name: string) {
  const made = await openStore(join(cwd, name));
  await made.create({ id: 'a', type: 'probe' });
  await made.appendLog('a', { message: 'made' });
  return made;
}

test('stats and export of a store that nobody holds leave no trace', async () => {
  await (await filled('s')).close();
  const before = await readdir(join(cwd, 's'));
  expect(await store('stats', 's')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^status +readable\n.*^jobs +1: 1 queued/ms),
  });
  const { out } = await store('export', 's');
  expect(out.split('\n').map((line) => line.slice(0, 7))).toEqual(['{"job":', '{"log":', '']);
  expect(await readdir(join(cwd, 's'))).toEqual(before);
});

test('a store that a live process holds is reached through it, by every action', async () => {
  const held = await filled('s');
  expect((await store('stats', 's')).out).toMatch(/^status +healthy$/m);
  expect((await store('export', 's')).out).toContain('"message":"made"');
  expect(await store('backup', 's', 'copy')).toMatchObject({ code: 0, err: '' });
  expect(await store('compact', 's')).toMatchObject({ code: 0, err: '' });
  expect((await store('check', 's')).out).toMatch(/^sound: .*held by process \d+$/ms);
  const refused = await store('restore', 's', 'copy', '--replace');
  expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('STORE_LOCKED') });
  await held.create({ id: 'still works', type: 'probe' });
  await held.close();
  expect(await store('restore', 's', 'copy', '--replace')).toMatchObject({ code: 0 });
  expect((await store('stats', 's')).out).toMatch(/^jobs +1:/m);
});

test.each([
  ['check nowhere', 3, 'STORE_DIR', 'typing error'],
  ['stats nowhere', 3, 'STORE_DIR', 'typing error'],
  ['export nowhere', 3, 'STORE_DIR', 'typing error'],
  ['compact nowhere', 3, 'STORE_DIR', 'typing error'],
  ['backup nowhere copy', 3, 'STORE_DIR', 'typing error'],
  ['restore s nowhere', 3, 'BACKUP_FAILED', 'path of a backup'],
  ['restore s', 2, 'USAGE_OPTION', 'flakehound store restore s FILE'],
  ['check s --replace', 2, 'USAGE_OPTION', 'drop --replace'],
  ['export s --json', 2, 'USAGE_OPTION', 'drop --json'],
])('store %s exits with %i and makes nothing', async (line, expected, code, hint) => {
  const result = await store(...line.split(' '));
  expect([result.code, result.out]).toEqual([expected, '']);
  expect(result.err).toContain(code);
  expect(result.err).toContain(hint);
  expect(await readdir(cwd)).toEqual([]);
});

test('no line is wider than the terminal', async () => {
  const deep = join('a-folder-with-a-name-of-some-length', 'another-one-below-it', 's');
  await (await filled(deep)).close();
  const [wal] = (await readdir(join(cwd, deep))).filter((name) => name.startsWith('wal-'));
  await truncate(join(cwd, deep, wal!), 1000);
  const check = await store('check', deep);
  expect(check.code).toBe(1);
  const lines = check.out.split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
