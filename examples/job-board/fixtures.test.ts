import fc, { type Scheduler } from 'fast-check';
import { test, type Volume } from 'flakehound';
import { assertFaultSafe, interleavings, scheduledFileSystem } from 'flakehound/property';
import { describe, expect } from 'vitest';
import { CheckingJobBoard } from './checkingJobBoard.js';
import { claim } from './claim.js';
import { type Files, type Job, JobBoard } from './jobBoard.js';

type Board = new (folder: string, files: Files) => JobBoard;

/** Two workers want one job, their file operations in this order: how many believe they have it. */
async function countWinners(volume: Volume, order: Scheduler, Kind: Board): Promise<number> {
  volume.seed({ 'jobs.json': '[{"id":"film","owner":null,"version":1}]' });
  const board = new Kind(volume.path, scheduledFileSystem(order, volume).promises);
  const claims = await order.waitFor(
    Promise.all([claim(board, 'film', 'a'), claim(board, 'film', 'b')]),
  );
  return claims.filter((got) => got).length;
}

describe('versions, a queue of writes, backups, an error log and a health check', () => {
  test('give one job to two workers, and nothing notices', async ({ volume, clock, faults }) => {
    volume.seed({ 'jobs.json': '[{"id":"film","owner":null,"version":1}]' });
    faults.on('copyFile', { nth: 1 }).delay(10); // The first save takes long over its backup.
    const board = new JobBoard(volume.path, faults.over(volume).promises);

    const claims = await clock.drive(
      Promise.all([claim(board, 'film', 'a'), claim(board, 'film', 'b')]),
    );

    expect(claims).toEqual([true, true]);
    expect(await board.get('film')).toMatchObject({ owner: 'b', version: 2 });
    expect(await board.health()).toEqual({ jobs: 1, errors: 0 });
    faults.expectExhausted();
  });

  test('fail in some order of the file operations', async ({ volume }) => {
    const property = fc.asyncProperty(interleavings(), async (order) => {
      return (await countWinners(volume, order, JobBoard)) === 1;
    });

    expect((await fc.check(property, { seed: 1 })).failed).toBe(true);
  });
});

describe('with the version compared in turn', () => {
  test('one worker gets the job, in whatever order of the file operations', async ({ volume }) => {
    const property = fc.asyncProperty(interleavings(), async (order) => {
      expect(await countWinners(volume, order, CheckingJobBoard)).toBe(1);
    });

    await fc.assert(property, { seed: 1, numRuns: 30 });
  });

  test('a save that fails says so, logs it and leaves the jobs as they were', async ({
    volume,
    faults,
  }) => {
    const before = '[{"id":"film","owner":null,"version":1}]';
    volume.seed({ 'jobs.json': before });
    faults.on('rename', { nth: 1 }).fail('EACCES');
    const board = new CheckingJobBoard(volume.path, faults.over(volume).promises);

    await expect(claim(board, 'film', 'a')).rejects.toMatchObject({ code: 'EACCES' });

    expect(volume.tree()).toMatchObject({ 'jobs.json': before, 'jobs.bak': before });
    expect(await board.health()).toEqual({ jobs: 1, errors: 1 });
    expect(await claim(board, 'film', 'b')).toBe(true);
  });

  test('each operation may fail: the job is saved or the caller told', async () => {
    await assertFaultSafe(
      async ({ fs, dir }) => await claim(new CheckingJobBoard(dir, fs.promises), 'film', 'a'),
      {
        lasting: ['once'],
        setup: ({ fs, dir }) => new JobBoard(dir, fs.promises).create(['film']),
        invariant({ fs, dir, outcome }) {
          const [film] = JSON.parse(fs.readFileSync(`${dir}/jobs.json`, 'utf8')) as Job[];
          expect(film!.owner).toBe(outcome.kind === 'returned' ? 'a' : null);
        },
      },
    );
  });
});

test('a store gives a job to one worker, who knows it, and tells the other why', async ({
  store,
}) => {
  const { version } = await store.create({ id: 'film', type: 'render' });
  const workers = [store, store.another()];

  const claims = await Promise.allSettled(
    workers.map((worker, n) =>
      worker.update('film', { data: { owner: n } }, { ifVersion: version }),
    ),
  );

  expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const lost = claims.find((claim) => claim.status === 'rejected');
  expect(lost?.reason).toMatchObject({ code: 'JOB_CONFLICT' });
  expect((await store.get('film'))!.version).toBe(version + 1);
});
