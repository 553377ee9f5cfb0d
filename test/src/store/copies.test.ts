import { readdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { dir as temporaryFolder } from 'tmp-promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../../src/openStore.js';
import { fillReal, hasty, snapshot } from './realStores.js';

let root = '';
let dir = '';
let remove: () => Promise<void>;
beforeEach(async () => {
  const folder = await temporaryFolder({ unsafeCleanup: true });
  root = folder.path;
  dir = join(root, 'store');
  remove = folder.cleanup;
});
afterEach(() => remove());

test('two stores with one id, a folder and its copy, are two stores', async () => {
  const store = await fillReal(dir);
  const copy = await openStore(await snapshot(dir, join(root, 'copy')), hasty);
  await store.create({ id: 'mine', type: 'probe' });
  await copy.create({ id: 'yours', type: 'probe' });
  expect([await store.get('yours'), await copy.get('mine')]).toEqual([undefined, undefined]);
  await store.close();
  await copy.create({ id: 'later', type: 'probe' });
  await copy.close();
  const again = await openStore(join(root, 'copy'), hasty);
  expect(await again.count()).toBe(14);
  await again.close();
});

describe('a copy of a folder, made while its store was open in a process that lives', () => {
  test.each(['shared', 'exclusive'] as const)(
    'is a store of its own beside a %s one',
    async (mode) => {
      await (await fillReal(dir)).close();
      const store = await openStore(dir, { ...hasty, mode });
      const path = await snapshot(dir, join(root, 'copy'));
      const copy = await openStore(path, { ...hasty, mode: 'exclusive' });
      await copy.create({ id: 'yours', type: 'probe' });
      await store.create({ id: 'mine', type: 'probe' });
      expect([await store.get('yours'), await copy.get('mine')]).toEqual([undefined, undefined]);
      await copy.close();
      await store.close();
    },
  );

  test('opens once the first one is closed', async () => {
    const store = await fillReal(dir);
    const path = await snapshot(dir, join(root, 'copy'));
    await store.close();
    const copy = await openStore(path, hasty);
    expect(await copy.count()).toBe(12);
    await copy.close();
  });

  test('is told from the folder itself under another path', async () => {
    const store = await openStore(dir, { ...hasty, mode: 'exclusive' });
    const path = join(root, 'link');
    await symlink(dir, path);
    const opening = openStore(path, { ...hasty, mode: 'exclusive' });
    await expect(opening).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    expect((await readdir(dir)).filter((name) => name.startsWith('hello-'))).toEqual([]);
    await store.create({ id: 'still works', type: 'probe' });
    await store.close();
  });

  test('whose first folder is gone is refused, with the lock to remove', async () => {
    const store = await openStore(dir, { ...hasty, mode: 'exclusive' });
    const path = await snapshot(dir, join(root, 'copy'));
    await store.close();
    await rename(dir, join(root, 'moved'));
    await expect(openStore(path, hasty)).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      hint: expect.stringContaining(`if ${path} is a copy of it, remove ${path}/lock-1`),
    });
  });
});
