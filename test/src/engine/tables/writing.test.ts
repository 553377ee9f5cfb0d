import { describe, expect, test } from 'vitest';
import { openJobTable } from '../../../../src/engine/tables/jobTable.js';
import { errno, memoryPlatform } from './memoryFiles.js';
import { dir, job, log, noPace, storeId, tableOf, writeJobs, writeLogs } from './tableCases.js';

const jobs = Array.from({ length: 40 }, (_, i) => job(i + 1, { bytes: Buffer.alloc(9000, i) }));

/** The calls that writing makes, in order. */
async function calls(work: (platform: ReturnType<typeof memoryPlatform>) => Promise<unknown>) {
  const platform = memoryPlatform();
  const made: string[] = [];
  platform.files.before = (call) => {
    made.push(call);
  };
  await work(platform);
  return made;
}

test('a table takes its name when its bytes are durable, and the folder after it', async () => {
  const made = await calls((platform) => writeJobs(platform, jobs));
  const last = made.slice(made.lastIndexOf('write'));
  expect(last).toEqual(['write', 'sync', 'close', 'rename', 'syncFolder']);
});

test('what a dead owner left under the temporary name is no hindrance', async () => {
  const platform = memoryPlatform();
  platform.files.contents.set('dir/jobs-1-1.tmp', Buffer.from('left'));
  const table = await tableOf(jobs, { platform });
  expect(table.findNow('job-7')?.seq).toBe(7);
  expect([...platform.files.contents.keys()]).toEqual(['dir/jobs-1-1']);
});

test('a long table is made durable piece by piece', async () => {
  const long = Array.from({ length: 400 }, (_, i) => job(i + 1, { bytes: Buffer.alloc(100_000) }));
  const made = await calls(async (platform) => {
    // Only the calls count here.
    platform.files.mostAtOnce = Number.POSITIVE_INFINITY;
    await writeJobs(platform, long);
  });
  expect(made.filter((call) => call === 'dataSync')).toHaveLength(2);
});

describe.each([
  ['job table', (platform: ReturnType<typeof memoryPlatform>) => writeJobs(platform, jobs)],
  [
    'log table',
    (platform: ReturnType<typeof memoryPlatform>) => writeLogs(platform, [log(1), log(2)]),
  ],
])('writing a %s', (_, write) => {
  test.each(['ENOSPC', 'EIO', 'EACCES', 'EMFILE'])(
    'fails with %s at any call, by name, and leaves nothing open or half written',
    async (code) => {
      const total = (await calls(write)).length;
      expect(total).toBeGreaterThan(5);
      for (let at = 0; at < total; at++) {
        const platform = memoryPlatform();
        let made = 0;
        let failed = '';
        platform.files.before = (call, path) => {
          if (made++ !== at) return;
          failed = call;
          throw errno(code, path);
        };
        await expect(write(platform), `call ${at}`).rejects.toMatchObject({
          code: 'CHECKPOINT_WRITE',
          cause: { code },
        });
        expect(platform.files.openCount, failed).toBe(0);
        const names = [...platform.files.contents.keys()].filter((name) => name.endsWith('.tmp'));
        expect(names, failed).toEqual([]);
        if (failed !== 'syncFolder') expect(platform.files.contents.size, failed).toBe(0);
      }
    },
  );

  test('fails as on a full disk where no byte is taken', async () => {
    const platform = memoryPlatform();
    platform.files.mostAtOnce = 0;
    await expect(write(platform)).rejects.toMatchObject({
      code: 'CHECKPOINT_WRITE',
      cause: { code: 'ENOSPC' },
    });
    expect(platform.files.contents.size).toBe(0);
  });
});

test('what the jobs come from may fail; nothing is left behind', async () => {
  const platform = memoryPlatform();
  const broken = [job(1), { ...job(2), bytes: undefined as unknown as Buffer }];
  await expect(writeJobs(platform, broken)).rejects.toThrow(TypeError);
  expect(platform.files.contents.size).toBe(0);
  expect(platform.files.openCount).toBe(0);
});

test('what a write or a read leaves out is for the next', async () => {
  const platform = memoryPlatform();
  platform.files.mostAtOnce = 1000;
  const table = await openJobTable({
    platform,
    dir,
    entry: await writeJobs(platform, jobs),
    storeId,
  });
  await table.verify(noPace);
  expect(table.findNow('job-7')?.bytes).toEqual(jobs[6]?.bytes);
});

test('a table that is read stays whole while another is written', async () => {
  const platform = memoryPlatform();
  const entry = await writeJobs(platform, jobs);
  const table = await openJobTable({ platform, dir, entry, storeId });
  await writeJobs(platform, jobs.slice(0, 3), { name: 'jobs-1-2' });
  await table.verify(noPace);
});
