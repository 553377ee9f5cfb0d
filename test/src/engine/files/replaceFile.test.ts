import { describe, expect, test } from 'vitest';
import {
  assertCrashSafe,
  assertFaultSafe,
  type CrashModel,
  type FaultRule,
  type SweepAftermath,
  type SweepWorld,
} from '../../../../harness/property/index.js';
import {
  isTemporaryName,
  replaceFile,
  replaceWithBytes,
} from '../../../../src/engine/files/replaceFile.js';
import { writeFully } from '../../../../src/engine/files/writeFully.js';
import { filePlatform, memoryFiles } from '../../../support/memoryFiles.js';

const fresh = 'the new bytes, a few more than the old ones';
const save = ({ fs, dir }: Pick<SweepWorld, 'fs' | 'dir'>) =>
  replaceWithBytes(filePlatform(fs), { folder: dir, name: 'state' }, Buffer.from(fresh));
const setup = ({ fs, dir }: Pick<SweepWorld, 'fs' | 'dir'>) =>
  fs.writeFileSync(`${dir}/state`, 'old');

test('the new bytes are in the place of the old ones, and nothing is beside them', async () => {
  const { volume, ...platform } = memoryFiles();
  volume.writeFileSync('/data/state', 'old');
  await replaceWithBytes(platform, { folder: '/data', name: 'state' }, Buffer.from(fresh));
  expect(volume.toJSON()).toEqual({ '/data/state': fresh });
});

test('whatever fails, the file is old or new, and nothing is left beside it', async () => {
  const judge = ({ fs, dir, outcome, fault }: SweepAftermath) => {
    const text = fs.readFileSync(`${dir}/state`, 'utf8');
    expect(outcome.kind === 'returned' ? [fresh] : ['old', fresh]).toContain(text);
    // Once renamed the new bytes are there, though whether they will last is not known.
    const isFolder = fault !== undefined && placeOf(fault) >= 2;
    if (outcome.kind === 'threw' && !isFolder) expect(text).toBe('old');
    // A file that can't be unlinked has to stay.
    const isUnlinking = fault?.on === 'unlink';
    if (!isUnlinking) expect(fs.readdirSync(dir).filter((name) => name !== 'state')).toEqual([]);
  };
  const report = await assertFaultSafe(save, { setup, invariant: judge, mustReject: true });
  expect(report.runs).toBeGreaterThan(30);
});

test.each<CrashModel>(['posix', 'ordered'])(
  'after any crash it is old or new, and new once it was said to be (%s)',
  async (model) => {
    const report = await assertCrashSafe<string>(
      async (world) => {
        await save(world);
        world.acknowledge('saved');
      },
      {
        model,
        setup,
        recover: ({ fs, dir }) => fs.readFileSync(`${dir}/state`, 'utf8'),
        invariants: {
          whole: ({ state }) => state === 'old' || state === fresh,
          lasting: ({ state, acknowledged }) => acknowledged.length === 0 || state === fresh,
        },
      },
    );
    expect(report.distinctStates).toBeGreaterThan(5);
  },
);

describe('what is judged before it replaces', () => {
  test('is whole by then, and stays out when the judgement is bad', async () => {
    const { volume, ...platform } = memoryFiles();
    volume.writeFileSync('/data/state', 'old');
    const seen: string[] = [];
    const replaced = replaceFile(platform, {
      folder: '/data',
      name: 'state',
      fill: (file) => writeFully(file, Buffer.from(fresh), 0),
      async verify(path) {
        seen.push(String(volume.readFileSync(path)));
        throw new Error('not good enough');
      },
    });
    await expect(replaced).rejects.toThrow('not good enough');
    expect(seen).toEqual([fresh]);
    expect(volume.toJSON()).toEqual({ '/data/state': 'old' });
  });
});

test('a leftover is known by its name', async () => {
  const { volume, ...platform } = memoryFiles();
  const names: string[] = [];
  await replaceFile(platform, {
    folder: '/data',
    name: 'state',
    fill: async () => {
      names.push(...(volume.readdirSync('/data') as string[]));
    },
  });
  expect(names.map(isTemporaryName)).toEqual([true]);
  expect(isTemporaryName('state')).toBe(false);
});

/** Which of its operation's calls a fault begins with: the folder's are the second each. */
const placeOf = ({ nth = 1 }: FaultRule) => nth;
