import { describe, expect, test } from 'vitest';
import {
  assertCrashSafe,
  assertFaultSafe,
  type CrashModel,
  type SweepWorld,
} from '../../../../harness/property/index.js';
import {
  findRecoveryFiles,
  type RecoveryWorld,
  readRecoveryFile,
  removeRecoveryFile,
  writeRecoveryFile,
} from '../../../../src/engine/files/recoveryFile.js';
import { sealJson } from '../../../../src/engine/files/sealedJson.js';
import { FlakehoundError } from '../../../../src/index.js';
import { nodeCrc32 } from '../../../../src/node/nodeCrc32.js';
import { filePlatform, memoryFiles } from '../../../support/memoryFiles.js';
import { storeClock } from '../../../support/storeClock.js';
import { someRecovery } from './updates.js';

const clock = storeClock();
const given = someRecovery();
const { storeId } = given;
const nonce = '00000000000000000000000000000001';
const worldOf = (fs: SweepWorld['fs']): RecoveryWorld => ({ ...filePlatform(fs), clock });

function memory() {
  const { volume, ...platform } = memoryFiles();
  return { volume, world: { ...platform, clock } };
}

describe('updates that the log could not take', () => {
  test('are found by the next open as they were', async () => {
    const { world } = memory();
    const path = await writeRecoveryFile(world, ['/data'], given);
    expect(path).toBe(`/data/recovery-${nonce}`);
    const { found, notes } = await findRecoveryFiles(world, ['/data'], storeId);
    expect(found).toEqual([{ folder: '/data', path, file: { ...given, nonce } }]);
    expect(notes).toEqual([]);
  });

  test('go into the next folder where one takes nothing, which may not be there yet', async () => {
    const { volume, world } = memory();
    volume.writeFileSync('/data/file', '');
    const folders = ['/data/file/inside', '/elsewhere/deep'];
    const path = await writeRecoveryFile(world, folders, given);
    expect(path).toBe(`/elsewhere/deep/recovery-${nonce}`);
    expect((await readRecoveryFile(world, path)).updates).toEqual(given.updates);
    expect((await findRecoveryFiles(world, folders, storeId)).found).toHaveLength(1);
  });

  test('that no folder takes are reported with every reason', async () => {
    const { volume, world } = memory();
    volume.writeFileSync('/data/file', '');
    const written = writeRecoveryFile(world, ['/data/file/a', '/data/file/b'], given);
    await expect(written).rejects.toMatchObject({
      code: 'STORE_RECOVERY',
      message: '4 updates could be written neither to the log nor to /data/file/a or /data/file/b',
      cause: { errors: [{ code: 'ENOTDIR' }, { code: 'ENOTDIR' }] },
    });
  });

  test('of two failures come in the order of their times', async () => {
    const { world } = memory();
    await writeRecoveryFile(world, ['/data'], { ...given, attempts: 2 });
    const earlier = { ...world, clock: { ...clock, now: () => 0 } };
    await writeRecoveryFile(earlier, ['/data'], { ...given, attempts: 1 });
    const { found } = await findRecoveryFiles(world, ['/data', '/data'], storeId);
    expect(found.map(({ file }) => file.attempts)).toEqual([1, 2]);
  });

  test('are gone once they were taken away; twice is harmless', async () => {
    const { volume, world } = memory();
    await writeRecoveryFile(world, ['/data'], given);
    const [first] = (await findRecoveryFiles(world, ['/data'], storeId)).found;
    await removeRecoveryFile(world, first!);
    await removeRecoveryFile(world, first!);
    expect(volume.readdirSync('/data')).toEqual([]);
  });
});

describe('looking for recovery files', () => {
  test('leaves those of other stores alone, and does without a folder', async () => {
    const { world } = memory();
    await writeRecoveryFile(world, ['/data'], { ...given, storeId: 'another' });
    const looked = await findRecoveryFiles(world, ['/data', '/absent'], storeId);
    expect(looked).toEqual({ found: [], notes: [] });
  });

  test('notes what can’t be read, and leaves it there', async () => {
    const { volume, world } = memory();
    volume.writeFileSync('/data/recovery-aa', 'hello');
    volume.writeFileSync('/data/recovery-bb.tmp', 'never renamed');
    const { found, notes } = await findRecoveryFiles(
      world,
      ['/data', '/data/recovery-aa'],
      storeId,
    );
    expect(found).toEqual([]);
    expect(notes).toEqual([
      '/data/recovery-aa was left out: /data/recovery-aa can’t be read: it is not a recovery file',
      expect.stringMatching(/^\/data\/recovery-aa was not searched for recovery files: ENOTDIR/),
    ]);
    expect(volume.existsSync('/data/recovery-aa')).toBe(true);
  });
});

describe('a recovery file', () => {
  const read = async (bytes: Uint8Array) => {
    const { volume, world } = memory();
    volume.writeFileSync('/data/recovery-aa', bytes);
    return readRecoveryFile(world, '/data/recovery-aa').catch((error: FlakehoundError) => error);
  };
  const bytes = sealJson('store recovery', given, nodeCrc32);

  test('with any byte changed, or cut off anywhere, is refused', async () => {
    expect(await read(bytes)).toEqual(given);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 1 << (at & 7);
      for (const damaged of [changed, bytes.subarray(0, at)]) {
        expect(await read(damaged), `byte ${at}`).toMatchObject({ code: 'STORE_RECOVERY' });
      }
    }
  });

  test.each<[what: string, wrong: object, says: string]>([
    ['a later version', { version: 2 }, 'version should be 1'],
    ['a nonce that is a path', { nonce: '../../x' }, 'nonce should be hexadecimal digits'],
    ['an update of no kind', { updates: [{}] }, 'updates[0].kind should be'],
    [
      'a job in no status',
      { updates: [{ kind: 'put', previous: 0, job: { id: 'a', type: 't', status: 'lost' } }] },
      'updates[0].job.status should be queued or active',
    ],
  ])('with a true checksum and %s is refused', async (_what, wrong, says) => {
    const sealed = sealJson('store recovery', { ...given, ...wrong }, nodeCrc32);
    const error = await read(sealed);
    expect(error).toBeInstanceOf(FlakehoundError);
    expect((error as FlakehoundError).message).toContain(says);
  });
});

test('whatever fails, it is whole in one of the folders, or said to be in none', async () => {
  const report = await assertFaultSafe(
    ({ fs, dir }) => writeRecoveryFile(worldOf(fs), [dir, `${dir}/elsewhere`], given),
    {
      async invariant({ fs, dir, outcome }) {
        const folders = [dir, `${dir}/elsewhere`];
        const { found, notes } = await findRecoveryFiles(worldOf(fs), folders, storeId);
        expect(notes).toEqual([]);
        if (outcome.kind === 'returned') expect(found.length).toBeGreaterThan(0);
        // One whose folder could not be synced may be there twice; both are merged as one.
        expect(new Set(found.map(({ file }) => file.nonce)).size).toBeLessThanOrEqual(1);
      },
    },
  );
  expect(report.runs).toBeGreaterThan(50);
});

test.each<CrashModel>(['posix', 'ordered'])(
  'after any crash it is whole or not there, and there once it was said to be (%s)',
  async (model) => {
    const report = await assertCrashSafe(
      async ({ fs, dir, acknowledge }) => {
        await writeRecoveryFile(worldOf(fs), [`${dir}/deep/er`], given);
        acknowledge('written');
      },
      {
        model,
        recover: ({ fs, dir }) => findRecoveryFiles(worldOf(fs), [`${dir}/deep/er`], storeId),
        invariants: {
          whole: ({ state }) => state.notes.length === 0,
          lasting: ({ state, acknowledged }) => state.found.length >= acknowledged.length,
        },
      },
    );
    expect(report.distinctStates).toBeGreaterThan(3);
  },
);

test.each<CrashModel>(['posix', 'ordered'])(
  'one that was taken away does not come back (%s)',
  async (model) => {
    const folders = (dir: string) => [`${dir}/elsewhere`];
    const report = await assertCrashSafe(
      async ({ fs, dir, acknowledge }) => {
        const world = worldOf(fs);
        const { found } = await findRecoveryFiles(world, folders(dir), storeId);
        for (const one of found) await removeRecoveryFile(world, one);
        acknowledge('removed');
      },
      {
        model,
        setup: async ({ fs, dir }) => {
          await writeRecoveryFile(worldOf(fs), folders(dir), given);
        },
        recover: ({ fs, dir }) => findRecoveryFiles(worldOf(fs), folders(dir), storeId),
        invariants: {
          gone: ({ state, acknowledged }) => acknowledged.length === 0 || state.found.length === 0,
        },
      },
    );
    expect(report.distinctStates).toBeGreaterThan(1);
  },
);
