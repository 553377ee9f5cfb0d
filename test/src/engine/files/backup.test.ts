import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assertCrashSafe,
  assertFaultSafe,
  type CrashModel,
  type SweepWorld,
} from '../../../../harness/property/index.js';
import { type BackupWorld, writeBackup } from '../../../../src/engine/files/backup.js';
import { FrameKind, startFrames } from '../../../../src/engine/files/backupFrames.js';
import { createPace } from '../../../../src/engine/files/pace.js';
import { readBackup } from '../../../../src/engine/files/readBackup.js';
import type { Files, FlakehoundError } from '../../../../src/index.js';
import { filePlatform, memoryFiles } from '../../../support/memoryFiles.js';
import { storeClock } from '../../../support/storeClock.js';

const clock = storeClock();
const pace = createPace(clock, 5);
const origin = { storeId: '5f1d7a40c2e94b6b', lsn: 120, lastSeq: 41, jobs: 2 };
const records = (...texts: string[]) => texts.map((text) => Buffer.from(text));
const path = '/data/backup';

function memory() {
  const { volume, ...platform } = memoryFiles();
  return { volume, world: { ...platform, clock } };
}

const write = (world: BackupWorld, texts: readonly string[], at = path) =>
  writeBackup(world, { path: at, origin, source: records(...texts), pace });

/** All that is in a backup. */
async function contents(world: Pick<BackupWorld, 'files' | 'crc32'>, at = path) {
  const texts: string[] = [];
  const heads: unknown[] = [];
  const whole = await readBackup(world, at, {
    pace,
    head: (head) => void heads.push(head),
    record: (bytes) => void texts.push(Buffer.from(bytes).toString('latin1')),
  });
  return { texts, heads, whole };
}

describe('a backup', () => {
  test('gives back its head, and every record as it was', async () => {
    const { world, volume } = memory();
    const facts = await write(world, ['one', '', 'three']);
    const bytes = volume.statSync(path).size;
    expect(facts).toEqual({ path, lsn: 120, jobs: 2, bytes });
    const head = { ...origin, time: '2026-01-02T03:04:05.678Z' };
    expect(await contents(world)).toEqual({
      texts: ['one', '', 'three'],
      heads: [head],
      whole: { ...head, records: 3, bytes, seal: expect.stringMatching(/^[0-9a-f]{8}$/) },
    });
    expect(volume.readdirSync('/data')).toEqual(['backup']);
  });

  test('holds records of any size, however they fall into frames', async () => {
    const sizes = fc.array(fc.oneof(fc.nat(40), fc.nat(90_000)), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        const { world } = memory();
        const texts = lengths.map((length, n) => String.fromCharCode(65 + n).repeat(length));
        await write(world, texts);
        expect((await contents(world)).texts.map((text) => text.slice(0, 2) + text.length)).toEqual(
          texts.map((text) => text.slice(0, 2) + text.length),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('may be of records which come as a stream, in a buffer that is used again', async () => {
    const { world } = memory();
    const shared = Buffer.alloc(1);
    async function* source() {
      for (const letter of 'abc') {
        shared.write(letter);
        yield shared;
      }
    }
    await writeBackup(world, { path, origin, source: source(), pace });
    expect((await contents(world)).texts).toEqual(['a', 'b', 'c']);
  });

  test('keeps no more of a store in memory than a frame', async () => {
    const { world } = memory();
    let largest = 0;
    const files: Files = {
      ...world.files,
      async open(at, mode) {
        const file = await world.files.open(at, mode);
        file.write = new Proxy(file.write, {
          apply: (call, self, args: Parameters<typeof file.write>) => {
            largest = Math.max(largest, args[2]);
            return call.apply(self, args);
          },
        });
        return file;
      },
    };
    await write({ ...world, files }, Array(3000).fill('x'.repeat(500)));
    expect(largest).toBeLessThan(70_000);
    expect((await contents(world)).whole.records).toBe(3000);
  });
});

describe('what is no whole backup', () => {
  const refusal = async (bytes: Uint8Array) => {
    const { volume, world } = memory();
    volume.writeFileSync(path, bytes);
    return contents(world).catch((error: FlakehoundError) => error);
  };
  const someBytes = async () => {
    const { volume, world } = memory();
    await write(world, ['one', 'three']);
    return volume.readFileSync(path) as Buffer;
  };

  test('since any bit is flipped is refused', async () => {
    const bytes = await someBytes();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(await refusal(flipped), `bit ${bit}`).toMatchObject({ code: 'BACKUP_CORRUPT' });
    }
  });

  test('since it ends anywhere else is refused', async () => {
    const bytes = await someBytes();
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      expect(await refusal(cut), `${length}`).toMatchObject({ code: 'BACKUP_CORRUPT' });
    }
    const longer = Buffer.concat([bytes, Buffer.from([0])]);
    expect(await refusal(longer)).toMatchObject({ code: 'BACKUP_CORRUPT' });
  });

  test('since a frame is missing or twice is refused', async () => {
    const { volume, world } = memory();
    const large = 'x'.repeat(70_000);
    await write(world, [large, large, large]);
    const bytes = volume.readFileSync(path) as Buffer;
    const starts = frameStarts(bytes);
    expect(starts).toHaveLength(5);
    for (let n = 0; n < starts.length; n++) {
      const [from, to] = [starts[n]!, starts[n + 1] ?? bytes.length];
      const frame = bytes.subarray(from, to);
      const without = Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
      const twice = Buffer.concat([bytes.subarray(0, to), frame, bytes.subarray(to)]);
      expect(await refusal(without)).toMatchObject({ code: 'BACKUP_CORRUPT' });
      expect(await refusal(twice)).toMatchObject({ code: 'BACKUP_CORRUPT' });
    }
  });

  test('since its foot counts other records is refused', async () => {
    const { world } = memory();
    const file = await world.files.open(path, 'create');
    const frames = await startFrames(file, world.crc32);
    const frame = (kind: FrameKind, value: object) =>
      frames.write({ kind, count: 0, payload: Buffer.from(JSON.stringify(value)) });
    await frame(FrameKind.head, { ...origin, time: 'now' });
    await frame(FrameKind.foot, { records: 1 });
    await file.close();
    await expect(contents(world)).rejects.toMatchObject({
      code: 'BACKUP_CORRUPT',
      message: expect.stringContaining('it has 0 records instead of 1'),
    });
  });

  test('is told apart from what can’t be read', async () => {
    const { volume, world } = memory();
    await expect(contents(world)).rejects.toMatchObject({
      code: 'BACKUP_FAILED',
      cause: { code: 'ENOENT' },
    });
    volume.writeFileSync(path, 'hello, world');
    await expect(contents(world)).rejects.toMatchObject({
      code: 'BACKUP_CORRUPT',
      message: `${path} is no whole backup: it doesn’t begin as a backup does, at byte 0`,
    });
  });
});

describe('an older backup stays', () => {
  test('when the new one reads back otherwise than it was written', async () => {
    const { world } = memory();
    await write(world, ['old']);
    const rotten: Files = {
      ...world.files,
      async open(at, mode) {
        const file = await world.files.open(at, mode);
        if (mode === 'read') {
          const { read } = file;
          file.read = async (into, offset, length, from) => {
            const count = await read.call(file, into, offset, length, from);
            if (from <= 30 && from + count > 30) into[offset + 30 - from]! ^= 1;
            return count;
          };
        }
        return file;
      },
    };
    const rejected = write({ ...world, files: rotten }, ['new']);
    await expect(rejected).rejects.toMatchObject({ code: 'BACKUP_CORRUPT' });
    expect((await contents(world)).texts).toEqual(['old']);
  });

  test('when what reads back is whole, but not what was written', async () => {
    const { world } = memory();
    await write(world, ['old']);
    const stale: Files = {
      ...world.files,
      open: (at, mode) => world.files.open(mode === 'read' ? path : at, mode),
    };
    const rejected = write({ ...world, files: stale }, ['new']);
    await expect(rejected).rejects.toMatchObject({ code: 'BACKUP_CORRUPT' });
    expect((await contents(world)).texts).toEqual(['old']);
  });

  test('when the store can’t be read to its end, and the reason comes through', async () => {
    const { world, volume } = memory();
    await write(world, ['old']);
    const broken = new Error('table is broken');
    async function* source() {
      yield Buffer.from('one');
      throw broken;
    }
    const rejected = writeBackup(world, { path, origin, source: source(), pace });
    await expect(rejected).rejects.toMatchObject({ code: 'BACKUP_FAILED', cause: broken });
    expect((await contents(world)).texts).toEqual(['old']);
    expect(volume.readdirSync('/data')).toEqual(['backup']);
  });
});

const worldOf = (fs: SweepWorld['fs']): BackupWorld => ({ ...filePlatform(fs), clock });
const setup = ({ fs, dir }: Pick<SweepWorld, 'fs' | 'dir'>) =>
  write(worldOf(fs), ['old'], `${dir}/backup`);
const textsIn = async ({ fs, dir }: Pick<SweepWorld, 'fs' | 'dir'>) =>
  (await contents(worldOf(fs), `${dir}/backup`)).texts.join();

test('whatever fails, the backup is the old one or the new one, and nothing is beside it', async () => {
  const report = await assertFaultSafe(
    ({ fs, dir }) => write(worldOf(fs), ['new'], `${dir}/backup`),
    {
      setup,
      async invariant({ fs, dir, outcome, fault }) {
        const text = await textsIn({ fs, dir });
        expect(outcome.kind === 'returned' ? ['new'] : ['old', 'new']).toContain(text);
        if (fault?.on !== 'unlink') expect(fs.readdirSync(dir)).toEqual(['backup']);
      },
    },
  );
  expect(report.runs).toBeGreaterThan(100);
});

test.each<CrashModel>(['posix', 'ordered'])(
  'after any crash it is the old one or the new one, and the new one once it was said to be (%s)',
  async (model) => {
    const report = await assertCrashSafe<string>(
      async ({ fs, dir, acknowledge }) => {
        await write(worldOf(fs), ['new'], `${dir}/backup`);
        acknowledge('written');
      },
      {
        model,
        setup: async (world) => void (await setup(world)),
        recover: textsIn,
        invariants: {
          whole: ({ state }) => state === 'old' || state === 'new',
          lasting: ({ state, acknowledged }) => acknowledged.length === 0 || state === 'new',
        },
      },
    );
    expect(report.distinctStates).toBeGreaterThan(5);
  },
);

/** Where the frames of a backup begin. */
function frameStarts(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let at = 8; at < bytes.length; at += 16 + bytes.readUInt32LE(at) + 4) starts.push(at);
  return starts;
}
