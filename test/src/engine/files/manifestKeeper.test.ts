import { describe, expect, test } from 'vitest';
import {
  assertCrashSafe,
  assertFaultSafe,
  type CrashModel,
  type CrashWorld,
  type SweepWorld,
} from '../../../../harness/property/index.js';
import { readManifest } from '../../../../src/engine/files/manifest.js';
import { createManifestKeeper } from '../../../../src/engine/files/manifestKeeper.js';
import type { Manifest, ManifestKeeper } from '../../../../src/engine/seam.js';
import { FlakehoundError } from '../../../../src/index.js';
import { type FilePlatform, filePlatform, memoryFiles } from '../../../support/memoryFiles.js';
import { someManifest } from './manifests.js';

const keeperOver = (platform: FilePlatform, dir = '/data', fence = () => {}): ManifestKeeper =>
  createManifestKeeper({ platform, dir, current: someManifest({ serial: 0, epoch: 0 }), fence });
const toEpoch = (epoch: number) => (now: Manifest) => ({ ...now, epoch });
const nextTable = (now: Manifest) => ({ ...now, nextTable: now.nextTable + 1 });

async function onDisk(platform: FilePlatform, dir = '/data'): Promise<Manifest | undefined> {
  return (await readManifest(platform, dir))?.manifest;
}

describe('a change', () => {
  test('is on the disk and current once it resolves', async () => {
    const platform = memoryFiles();
    const keeper = keeperOver(platform);
    const changed = await keeper.change(toEpoch(3));
    expect(changed).toMatchObject({ serial: 1, epoch: 3 });
    expect(keeper.current).toEqual(changed);
    expect(await onDisk(platform)).toEqual(changed);
  });

  test('is made on top of those asked for before', async () => {
    const platform = memoryFiles();
    const keeper = keeperOver(platform);
    const before = keeper.current.nextTable;
    const all = await Promise.all(Array.from({ length: 20 }, () => keeper.change(nextTable)));
    expect(keeper.current.nextTable).toBe(before + 20);
    expect(await onDisk(platform)).toEqual(keeper.current);
    // Those of one turn went into one file.
    expect(new Set(all.map(({ serial }) => serial))).toEqual(new Set([1]));
  });

  test('asked for while another is written is not lost', async () => {
    const platform = memoryFiles();
    const keeper = keeperOver(platform);
    const first = keeper.change(toEpoch(5));
    await Promise.resolve();
    await Promise.resolve();
    const second = keeper.change(nextTable);
    expect((await first).serial).toBe(1);
    expect(await second).toMatchObject({ serial: 2, epoch: 5 });
    expect(await onDisk(platform)).toEqual(keeper.current);
  });

  test('that throws is rejected alone, and leaves no trace', async () => {
    const platform = memoryFiles();
    const keeper = keeperOver(platform);
    const outcomes = await Promise.allSettled([
      keeper.change(toEpoch(3)),
      keeper.change(() => {
        throw new Error('no such table');
      }),
      keeper.change(nextTable),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await onDisk(platform)).toEqual(keeper.current);
    expect(keeper.current).toMatchObject({ epoch: 3, nextTable: 7 });
  });

  test('is not made by an owner who lost the store', async () => {
    const platform = memoryFiles();
    const lost = new FlakehoundError('STORE_CLOSED', 'taken over', { hint: 'open it again' });
    const keeper = keeperOver(platform, '/data', () => {
      throw lost;
    });
    await expect(keeper.change(toEpoch(3))).rejects.toBe(lost);
    expect(await onDisk(platform)).toBeUndefined();
  });
});

test('after a failed change the old manifest is current, and the next change gets a new serial', async () => {
  const platform = memoryFiles();
  let isFull = false;
  const files = {
    ...platform.files,
    async rename(from: string, to: string) {
      if (isFull) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
      await platform.files.rename(from, to);
    },
  };
  const keeper = keeperOver({ ...platform, files });
  await keeper.change(toEpoch(1));
  isFull = true;
  await expect(keeper.change(toEpoch(2))).rejects.toMatchObject({
    code: 'STORE_MANIFEST',
    message: 'the manifest in /data can’t be replaced: ENOSPC: no space left',
    cause: { code: 'ENOSPC' },
  });
  expect(keeper.current).toMatchObject({ serial: 1, epoch: 1 });
  isFull = false;
  expect(await keeper.change(nextTable)).toMatchObject({ serial: 3, epoch: 1, nextTable: 7 });
});

test('whatever fails, what resolved is on the disk, and what is there was asked for', async () => {
  const resolved: number[] = [];
  const workload = async ({ fs, dir }: SweepWorld) => {
    resolved.length = 0;
    const keeper = keeperOver(filePlatform(fs), dir);
    for (const epoch of [1, 2, 3]) {
      await keeper.change(toEpoch(epoch)).then(
        () => resolved.push(epoch),
        (error: FlakehoundError) => expect(error.code).toBe('STORE_MANIFEST'),
      );
    }
  };
  const report = await assertFaultSafe(workload, {
    async invariant({ fs, dir }) {
      const manifest = await onDisk(filePlatform(fs), dir);
      // A change that failed may be there: its folder's sync came too late to say.
      expect(manifest?.epoch ?? 0).toBeGreaterThanOrEqual(resolved.at(-1) ?? 0);
    },
  });
  expect(report.runs).toBeGreaterThan(100);
});

test.each<CrashModel>(['posix', 'ordered'])(
  'after any crash it is the last one that resolved, or the one under way (%s)',
  async (model) => {
    const recover = async ({ fs, dir }: CrashWorld) =>
      (await onDisk(filePlatform(fs), dir))?.epoch ?? 0;
    const report = await assertCrashSafe<number>(
      async ({ fs, dir, acknowledge }) => {
        const keeper = keeperOver(filePlatform(fs), dir);
        for (const epoch of [1, 2, 3]) {
          await keeper.change(toEpoch(epoch));
          acknowledge('epoch', epoch);
        }
      },
      {
        model,
        recover,
        invariants: {
          'the last or the next': ({ state, acknowledged }) => {
            const last = Number(acknowledged.at(-1)?.value ?? 0);
            expect([last, last + 1]).toContain(state);
          },
        },
      },
    );
    expect(report.distinctStates).toBeGreaterThan(15);
  },
);
