import { describe, expect, test } from 'vitest';
import { assertFaultSafe } from '../../../../harness/property/index.js';
import { type KeepSetting, keepBytes } from '../../../../src/engine/files/kept.js';
import { filePlatform, memoryFiles } from '../../../support/memoryFiles.js';
import { storeClock } from '../../../support/storeClock.js';

const clock = storeClock();

function store(content: Uint8Array | string, limit = 1000) {
  const { volume, ...platform } = memoryFiles();
  volume.writeFileSync('/data/wal-1-2', content);
  const setting: KeepSetting = { ...platform, clock, dir: '/data', limit };
  const keptNames = () =>
    volume.existsSync('/data/kept') ? (volume.readdirSync('/data/kept') as string[]).sort() : [];
  return { volume, setting, keptNames };
}

describe('bytes that are cut off', () => {
  test('are copied under a name that says file, offset and time', async () => {
    const { volume, setting } = store('good bytes, torn tail');
    const kept = await keepBytes(setting, { name: 'wal-1-2', from: 12, to: 21 });
    const path = '/data/kept/wal-1-2-12-20260102T030405678Z';
    expect(kept).toEqual({ kind: 'kept', path, bytes: 9 });
    expect(String(volume.readFileSync(path))).toBe('torn tail');
    expect(String(volume.readFileSync('/data/wal-1-2'))).toBe('good bytes, torn tail');
  });

  test('are copied without the zeros at their end, in whatever chunk these begin', async () => {
    for (const length of [1, 65_535, 65_536, 65_537, 200_000]) {
      const content = new Uint8Array(300_000).fill(7, 0, 10 + length);
      const { volume, setting } = store(content, 1_000_000);
      const kept = await keepBytes(setting, { name: 'wal-1-2', from: 10, to: 300_000 });
      if (kept.kind !== 'kept') throw new Error(JSON.stringify(kept));
      const copy = volume.readFileSync(kept.path) as Buffer;
      expect(copy.equals(Buffer.alloc(length, 7)), `${length} bytes`).toBe(true);
    }
  });

  test('that are all zeros are not copied', async () => {
    const { setting, keptNames } = store(new Uint8Array(100_000));
    const kept = await keepBytes(setting, { name: 'wal-1-2', from: 10, to: 100_000 });
    expect(kept).toEqual({ kind: 'empty' });
    expect(keptNames()).toEqual([]);
  });

  test('make the oldest copies give way, and never take more than the limit', async () => {
    const { volume, setting, keptNames } = store('x'.repeat(900), 100);
    volume.mkdirSync('/data/kept');
    for (const [name, seconds] of [
      ['older', 1],
      ['newer', 2],
    ] as const) {
      volume.writeFileSync(`/data/kept/${name}`, 'y'.repeat(40));
      volume.utimesSync(`/data/kept/${name}`, seconds, seconds);
    }
    await keepBytes(setting, { name: 'wal-1-2', from: 850, to: 900 });
    expect(keptNames()).toEqual(['newer', 'wal-1-2-850-20260102T030405678Z']);
    const huge = await keepBytes(setting, { name: 'wal-1-2', from: 0, to: 900 });
    expect(huge).toMatchObject({ kind: 'kept', bytes: 100 });
    expect(keptNames()).toEqual(['wal-1-2-0-20260102T030405678Z']);
  });

  test('beyond the end of the file are those up to its end', async () => {
    const { setting } = store('abc');
    const kept = await keepBytes(setting, { name: 'wal-1-2', from: 1, to: 900 });
    expect(kept).toMatchObject({ kind: 'kept', bytes: 2 });
  });

  test('of a file that is gone say so', async () => {
    const { setting } = store('abc');
    const kept = await keepBytes(setting, { name: 'wal-9-9', from: 0, to: 3 });
    expect(kept).toMatchObject({ kind: 'failed', why: expect.stringContaining('ENOENT') });
  });
});

test('whatever fails, the answer is true and nothing is thrown', async () => {
  const answers: string[] = [];
  const report = await assertFaultSafe(
    async ({ fs, dir }) => {
      const setting: KeepSetting = { ...filePlatform(fs), clock, dir, limit: 1000 };
      const kept = await keepBytes(setting, { name: 'wal-1-2', from: 0, to: 9 });
      answers.push(kept.kind === 'kept' ? kept.path : kept.kind);
    },
    {
      setup: ({ fs, dir }) => fs.writeFileSync(`${dir}/wal-1-2`, 'torn tail'),
      invariant({ fs, outcome }) {
        expect(outcome.kind).toBe('returned');
        const answer = answers.pop() ?? '';
        if (answer !== 'failed') expect(fs.readFileSync(answer, 'utf8')).toBe('torn tail');
      },
    },
  );
  expect(report.runs).toBeGreaterThan(50);
});
