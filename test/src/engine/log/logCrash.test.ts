import { describe, expect, test } from 'vitest';
import {
  assertCrashSafe,
  type CrashWorld,
  fail,
  faultPlan,
  loseSync,
  type Seen,
  tear,
  type WorkloadWorld,
} from '../../../../harness/property/index.js';
import type { WriteAheadLog } from '../../../../src/engine/log/writeAheadLog.js';
import type { LogPosition, ManifestKeeper } from '../../../../src/engine/seam.js';
import { filePlatform } from '../../../support/memoryFiles.js';
import { groupOf, openLog, replayed, write } from './logWorld.js';

/** The texts of all records in order; what a checkpoint covers stands in it as `=` and its LSN. */
interface State {
  readonly covered: number;
  readonly records: readonly string[];
  readonly again: readonly string[];
}

const again = 'written after the crash';

async function recover({ fs, dir }: CrashWorld): Promise<State> {
  const files = filePlatform(fs);
  const { log, replayed: records, keeper } = await openLog(files, { dir });
  const covered = keeper.current.checkpoints[0]?.position.lsn ?? 0;
  expect(await write(log, again)).toBe('acknowledged');
  const found = await replayed(files, dir);
  await log.close();
  return {
    covered,
    records: records.filter((text) => text !== again),
    again: found.records.slice(records.length),
  };
}

/** Every text says its LSN, so a prefix is one that counts up without a gap. */
const text = (lsn: number) => `record ${lsn}`;

/** @param known - acknowledged before the workload began */
const invariantsFrom = (known: number) => ({
  'acknowledged records survive': ({ state, acknowledged }: Seen<State>) =>
    [known, ...acknowledged.map(({ value }) => Number(value))].every(
      (lsn) => lsn <= state.covered + state.records.length,
    ),
  'the log is a prefix of what was written, in order': ({ state, started }: Seen<State>) => {
    expect(state.records).toEqual(state.records.map((_, at) => text(state.covered + at + 1)));
    expect(state.covered + state.records.length).toBeLessThanOrEqual(known + started.length);
  },
  'the log takes records again': ({ state }: Seen<State>) => {
    expect(state.again).toEqual([again]);
  },
});
const invariants = invariantsFrom(0);

/** Writes records one after the other and tells of them. */
function writer({ started, acknowledge }: WorkloadWorld, log: WriteAheadLog) {
  return async (from: number, upTo: number): Promise<void> => {
    for (let lsn = from; lsn <= upTo; lsn++) {
      started(`record ${lsn}`);
      if ((await write(log, text(lsn))) !== 'acknowledged') throw new Error(`record ${lsn}`);
      acknowledge(`record ${lsn}`, lsn);
    }
  };
}

async function checkpoint(log: WriteAheadLog, keeper: ManifestKeeper): Promise<void> {
  const position: LogPosition = await log.rotate();
  const jobs = { name: 'jobs-1-1', lsn: position.lsn, jobs: 0, bytes: 0, lastSeq: 0 };
  await keeper.change((now) => ({
    ...now,
    checkpoints: [{ position, at: 0, jobs, logs: [], merged: [] }],
  }));
  await log.release(position.lsn);
}

// Crashes inside recovery: by the workload that opens what a crash left.
const bound = { exhaustive: 4, few: 1, samples: 2, tornAt: [1, 512], cuts: 1, recoveryCrashes: 0 };

describe.each(['posix', 'ordered'] as const)('on a disk of the model %s', (model) => {
  test.each(['now', 'background'] as const)('acknowledged groups survive: %s', async (commit) => {
    const workload = async (world: WorkloadWorld) => {
      const files = filePlatform(world.fs);
      const { log } = await openLog(files, { dir: world.dir, options: { commit } });
      await writer(world, log)(1, 5);
      await log.close();
    };
    const report = await assertCrashSafe(workload, { recover, invariants, model, bound });
    expect(report.statesVisited).toBeGreaterThan(30);
  });

  test('they survive a crash while the log is opened after a crash', async () => {
    const setup = async ({ fs, dir }: CrashWorld) => {
      const { log, keeper } = await openLog(filePlatform(fs), { dir });
      for (const lsn of [1, 2, 3, 4]) await write(log, text(lsn));
      await log.quiet();
      // A group that was begun and never finished.
      const { generation, name } = keeper.current.log.segments.at(-1) ?? {
        generation: 0,
        name: '',
      };
      const fd = fs.openSync(`${dir}/${name}`, 'r+');
      fs.writeSync(fd, groupOf(['torn'], { generation, firstLsn: 5 }).bytes, 0, 36, 128);
      fs.closeSync(fd);
    };
    const workload = async (world: WorkloadWorld) => {
      const { log } = await openLog(filePlatform(world.fs), { dir: world.dir });
      await writer(world, log)(5, 6);
    };
    const options = { setup, recover, invariants: invariantsFrom(4), model, bound };
    const report = await assertCrashSafe(workload, options);
    expect(report.statesVisited).toBeGreaterThan(30);
  });

  test('rotation, release and recycling lose nothing and bring nothing back', async () => {
    const workload = async (world: WorkloadWorld) => {
      const { log, keeper } = await openLog(filePlatform(world.fs), { dir: world.dir });
      const upTo = writer(world, log);
      for (let round = 0; round < 3; round++) {
        await upTo(round * 3 + 1, round * 3 + 3);
        await checkpoint(log, keeper);
      }
      await upTo(10, 12);
    };
    const report = await assertCrashSafe(workload, { recover, invariants, model, bound });
    expect(report.statesVisited).toBeGreaterThan(30);
  });

  test.each([
    ['a sync that fails', 'now', { on: 'fdatasync', nth: 2, effect: fail('EIO') }],
    ['a sync that fails and forgets', 'now', { on: 'fdatasync', nth: 2, effect: loseSync('EIO') }],
    [
      'a sync that fails and forgets',
      'background',
      { on: 'fdatasync', nth: 2, effect: loseSync('EIO') },
    ],
    ['a torn write', 'now', { on: 'write', path: '**/wal-1-1', nth: 4, effect: tear(20, 'EIO') }],
  ] as const)('%s is survived by writing elsewhere: %s', async (_name, commit, rule) => {
    const workload = async (world: WorkloadWorld) => {
      const files = filePlatform(world.fs);
      const { log } = await openLog(files, { dir: world.dir, options: { commit } });
      await writer(world, log)(1, 4);
      expect(log.counters.poisoned).toBe(1);
    };
    const faults = faultPlan({ seed: 1, rules: [rule] });
    const options = { recover, invariants, model, bound, faults };
    const report = await assertCrashSafe(workload, options);
    expect(report.statesVisited).toBeGreaterThan(30);
  });
});
