import { test } from 'flakehound';
import { assertCrashSafe, type CrashWorld, type Seen, type Workload } from 'flakehound/property';
import { describe, expect } from 'vitest';
import { Wal, type WalOptions } from './wal.js';

describe.concurrent('each test has a folder of its own', () => {
  test('what was appended is there when the log is opened again', async ({ tempDir }) => {
    const wal = await Wal.open(tempDir.path);
    for (const record of ['a', 'b', 'c']) await wal.append(record);
    await wal.close();

    const reopened = await Wal.open(tempDir.path);
    await reopened.close();

    expect(reopened.recovered).toEqual(['a', 'b', 'c']);
  });

  test('an unfinished record is left out, and the next one follows the last whole one', async ({
    tempDir,
    faults,
  }) => {
    faults.on('write', { nth: 3 }).tear(9).install();
    const wal = await Wal.open(tempDir.path);
    for (const record of ['x', 'y']) await wal.append(record);
    await expect(wal.append('z')).rejects.toMatchObject({ code: 'EIO' });
    await wal.close();

    const reopened = await Wal.open(tempDir.path);
    expect(reopened.recovered).toEqual(['x', 'y']);
    await reopened.append('w');
    await reopened.close();
    const again = await Wal.open(tempDir.path);
    await again.close();

    expect(again.recovered).toEqual(['x', 'y', 'w']);
    faults.expectExhausted();
  });
});

test('two logs in one folder recover what the other wrote', async ({ tempDir }) => {
  const [mine, other] = await Promise.all([Wal.open(tempDir.path), Wal.open(tempDir.path)]);
  await mine.append('a');
  await other.append('x');
  await Promise.all([mine.close(), other.close()]);

  const reopened = await Wal.open(tempDir.path);
  await reopened.close();

  expect(reopened.recovered).toEqual(['a', 'x']);
});

describe('after a crash at any moment', () => {
  const appends =
    (options: WalOptions): Workload =>
    async ({ fs, dir, started, acknowledge }) => {
      const wal = await Wal.open(dir, { files: fs.promises, ...options });
      for (const record of ['a', 'b', 'c']) {
        started(record);
        await wal.append(record);
        acknowledge(record);
      }
      await wal.close();
    };
  const judged = {
    recover: async ({ fs, dir }: CrashWorld) => {
      const wal = await Wal.open(dir, { files: fs.promises });
      await wal.close();
      return wal.recovered;
    },
    invariants: {
      'promised records are there, in their order, and none that nobody wrote': (
        seen: Seen<readonly string[]>,
      ) => {
        const begun = seen.started.map(({ label }) => label);
        expect(seen.state).toEqual(begun.slice(0, seen.state.length));
        expect(seen.state.length).toBeGreaterThanOrEqual(seen.acknowledged.length);
      },
    },
  };

  test('promised records are there', async () => {
    const report = await assertCrashSafe(appends({}), { ...judged, idempotent: true });

    expect(report.crashPoints).toBeGreaterThan(10);
  });

  test('which takes a sync for each of them', async () => {
    await expect(assertCrashSafe(appends({ sync: 'onClose' }), judged)).rejects.toMatchObject({
      code: 'CRASH_UNSAFE',
    });
  });
});

test.concurrent.for([1, 2, 3, 4])(
  'a store has a folder of its own, and no torn record survives power cut %i',
  async (lose, { store, faults }) => {
    for (const id of ['a', 'b']) await store.create({ id, type: 'record' });
    faults.on('fdatasync', { path: '**/wal-*' }).crash();
    await expect(store.create({ id: 'c', type: 'record' })).rejects.toThrow();

    await store.crash({ lose });

    // The third was promised to nobody: it is whole or not there.
    const ids = (await store.list()).map(({ id }) => id);
    expect(['a,b', 'a,b,c']).toContain(ids.join());
  },
);
