import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir as temporaryFolder } from 'tmp-promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FlakehoundError } from '../../../src/errors.js';
import { openStore } from '../../../src/openStore.js';
import { restoreStore } from '../../../src/storeTools.js';
import { causes, fillingDisk, fillReal, hasty, shownBy } from './realStores.js';

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

describe('a full disk', () => {
  test.each(['growing', 'all'] as const)(
    'refuses writes (%s of them), lets reads work, and takes writes again once there is room',
    async (full) => {
      const disk = fillingDisk();
      const options = { ...hasty, breaker: { coolDownMs: 0 }, platform: { files: disk.files } };
      const store = await openStore(dir, { ...options, log: { segmentBytes: 64 * 1024 } });
      disk.full = full;
      const kept: string[] = [];
      let refused: unknown;
      for (let number = 0; refused === undefined; number++) {
        const job = { id: `job-${number}`, type: 'probe', data: 'x'.repeat(20_000) };
        await store.create(job).then(
          () => kept.push(job.id),
          (error: unknown) => {
            refused = error;
          },
        );
      }
      expect(kept.length).toBeGreaterThan(full === 'all' ? -1 : 2);
      // A write that failed on its way may be whole after all.
      expect(refused).toMatchObject({
        code: expect.stringMatching(/^STORE_(DISK_FULL|WRITE|READ_ONLY|OUTCOME_UNKNOWN)$/),
        hint: expect.any(String),
      });
      expect(causes(refused)).toContainEqual(expect.objectContaining({ code: 'ENOSPC' }));
      const read = (await store.list()).map(({ id }) => id);
      expect(read).toEqual(kept);
      expect((await store.health()).status).not.toBe('healthy');
      disk.full = 'no';
      await store.create({ id: 'after', type: 'probe' });
      await store.close();
      const again = await openStore(dir, hasty);
      expect((await again.list()).map(({ id }) => id)).toEqual([...kept, 'after']);
      await again.close();
    },
  );

  test('is told as such however often the store tried in vain, with when it tries again', async () => {
    const disk = fillingDisk();
    const options = { ...hasty, breaker: { failures: 2, coolDownMs: 60_000 } };
    const store = await openStore(dir, { ...options, platform: { files: disk.files } });
    disk.full = 'all';
    const refusals: FlakehoundError[] = [];
    for (let number = 0; number < 6; number++) {
      const writes = [1, 2].map(() => store.create({ type: 'probe', data: 'x'.repeat(200) }));
      for (const write of await Promise.allSettled(writes)) {
        if (write.status === 'rejected') refusals.push(write.reason);
      }
    }
    // Those that were on their way may be whole after all.
    const told = refusals.slice(2).map(({ code }) => code);
    expect(new Set(told)).toEqual(new Set(['STORE_DISK_FULL']));
    for (const refusal of refusals) {
      expect(causes(refusal)).toContainEqual(expect.objectContaining({ code: 'ENOSPC' }));
    }
    expect(refusals.at(-1)?.hint).toMatch(/^make room on the disk; it is tried again in \d+ ms$/);
    const { breaker, reasons } = await store.health();
    expect(breaker).toBe('open');
    expect(reasons.join()).toMatch(/the breaker is open: the disk has no room/);
    disk.full = 'no';
    await store.close();
  });

  test('from the first byte on makes no store, and a store once there is room', async () => {
    const disk = fillingDisk();
    disk.full = 'all';
    const refused = openStore(dir, { ...hasty, platform: { files: disk.files } });
    await expect(refused).rejects.toMatchObject({ code: expect.stringMatching(/^STORE_/) });
    disk.full = 'no';
    const store = await openStore(dir, { ...hasty, platform: { files: disk.files } });
    await store.create({ type: 'probe' });
    await store.close();
  });

  test('keeps a backup from replacing the older one', async () => {
    const disk = fillingDisk();
    const store = await openStore(dir, { ...hasty, platform: { files: disk.files } });
    await store.create({ id: 'a', type: 'probe' });
    const path = join(root, 'backup');
    await store.backup(path);
    const older = await readFile(path);
    disk.full = 'all';
    await expect(store.backup(path)).rejects.toMatchObject({
      code: expect.stringMatching(/^(BACKUP_FAILED|STORE_DISK_FULL)$/),
    });
    expect(await readFile(path)).toEqual(older);
    disk.full = 'no';
    await store.close();
  });

  test('restores nothing, and leaves the store that is there', async () => {
    const store = await fillReal(dir);
    const shown = await shownBy(store);
    const from = join(root, 'backup');
    await store.backup(from);
    await store.close();
    const disk = fillingDisk();
    disk.full = 'all';
    const restored = restoreStore(from, dir, { replace: true, platform: { files: disk.files } });
    await expect(restored).rejects.toBeInstanceOf(FlakehoundError);
    const again = await openStore(dir, hasty);
    expect(await shownBy(again)).toEqual(shown);
    await again.close();
  });
});
