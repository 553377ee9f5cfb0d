import * as nodeFs from 'node:fs';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Volume } from 'memfs';
import { afterEach, describe, expect, test } from 'vitest';
import {
  assertCrashSafe,
  type CrashOptions,
  type WorkloadWorld,
} from '../../../../harness/property/index.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
const folder = (): string => {
  const made = realpathSync(mkdtempSync(join(tmpdir(), 'crash-ground-')));
  folders.push(made);
  return made;
};

const options: CrashOptions<string> = {
  setup: ({ fs, dir }) => fs.writeFileSync(`${dir}/file`, 'old!'),
  recover: ({ fs, dir }) => fs.readFileSync(`${dir}/file`, 'utf8'),
  invariants: { 'old or new': ({ state }) => state === 'old!' || state === 'new!' },
};

const replace = async ({ fs, dir }: WorkloadWorld, sync: boolean) => {
  const handle = await fs.promises.open(`${dir}/file.tmp`, 'w');
  await handle.writeFile('new!');
  if (sync) await handle.sync();
  await handle.close();
  await fs.promises.rename(`${dir}/file.tmp`, `${dir}/file`);
};

const grounds: readonly [string, () => Partial<CrashOptions<string>>][] = [
  ['a disk in memory', () => ({})],
  ['the real file system', () => ({ over: 'node:fs', dir: folder() })],
  ['a memfs volume', () => ({ over: { volume: new Volume() } })],
];

describe.each(grounds)('over %s', (_name, ground) => {
  test('a safe writer passes, with the same states', async () => {
    const report = await assertCrashSafe((world) => replace(world, true), {
      ...options,
      ...ground(),
    });
    expect(report).toMatchObject({ crashPoints: 5, distinctStates: 21 });
  });

  test('an unsafe writer is told what it lacks', async () => {
    await expect(
      assertCrashSafe((world) => replace(world, false), { ...options, ...ground() }),
    ).rejects.toThrow(/Missing sync: fsync of the file .*file.tmp after operation 2/);
  });
});

describe('code that imports node:fs itself', () => {
  const installed: CrashOptions<string> = {
    ...options,
    installed: true,
    setup: ({ dir }) => writeFile(`${dir}/file`, 'old!'),
    recover: ({ dir }) => readFile(`${dir}/file`, 'utf8'),
  };
  const imported = async ({ dir }: WorkloadWorld, sync: boolean) => {
    const handle = await open(`${dir}/file.tmp`, 'w');
    await handle.writeFile('new!');
    if (sync) await handle.sync();
    await handle.close();
    await rename(`${dir}/file.tmp`, `${dir}/file`);
  };

  test('is recorded and recovered by routing its calls', async () => {
    const report = await assertCrashSafe((world) => imported(world, true), installed);
    expect(report).toMatchObject({ crashPoints: 5, distinctStates: 21 });
    expect(nodeFs.existsSync('/data/file')).toBe(false);
  });

  test('is told what it lacks', async () => {
    await expect(assertCrashSafe((world) => imported(world, false), installed)).rejects.toThrow(
      'Missing sync: fsync of the file /data/file.tmp after operation 2',
    );
  });
});

test('a rename across the edge of the directory is refused', async () => {
  const dir = folder();
  const run = assertCrashSafe(
    ({ fs }) => {
      fs.writeFileSync(`${dir}-outside`, 'x');
      try {
        fs.renameSync(`${dir}-outside`, `${dir}/inside`);
      } finally {
        rmSync(`${dir}-outside`, { force: true });
      }
    },
    { over: 'node:fs', dir, recover: () => 0, invariants: { none: () => true } },
  );
  await expect(run).rejects.toMatchObject({ code: 'CRASH_OUTSIDE' });
});
