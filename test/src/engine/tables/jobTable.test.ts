import { describe, expect, test } from 'vitest';
import { type JobTable, openJobTable } from '../../../../src/engine/tables/jobTable.js';
import { memoryPlatform } from './memoryFiles.js';
import { dir, gathered, job, noPace, plain, storeId, tableOf, writeJobs } from './tableCases.js';

const many = Array.from({ length: 5000 }, (_, i) =>
  job(i * 3 + 1, { status: i % 4 === 0 ? 1 : 0 }),
);

describe('a table of many jobs', () => {
  test('finds each by id and by seq, and none that is not there', async () => {
    const table = await tableOf(many);
    const seqs = many.map((one) => one.seq);
    expect(many.map(({ id }) => table.findNow(id)?.seq)).toEqual(seqs);
    expect(seqs.map((seq) => table.readNow(seq)?.seq)).toEqual(seqs);
    expect(table.findNow('job-2')).toBeUndefined();
    expect(table.readNow(2)).toBeUndefined();
    expect(table.readNow(0)).toBeUndefined();
    expect(table.readNow(20_000)).toBeUndefined();
    await table.verify(noPace);
    await table.close();
  });

  test.each([false, true])(
    'pages through a status from either end (newest: %s)',
    async (newest) => {
      const table = await tableOf(many);
      const expected = many.filter((one) => one.status === 0).map((one) => one.seq);
      if (newest) expected.reverse();
      const found: number[] = [];
      for (;;) {
        const after = found.at(-1);
        const range = { newest, limit: 7, ...(after !== undefined && { after }) };
        const page = table.seqsNow({ statuses: [0] }, range);
        if (page.length === 0) break;
        found.push(...page);
      }
      expect(found).toEqual(expected);
    },
  );

  test('reads one chunk of a list for a short page of it', async () => {
    const platform = memoryPlatform();
    const table = await tableOf(many, { platform });
    let reads = 0;
    platform.files.before = (call) => {
      if (call === 'read') reads++;
    };
    table.seqsNow({ statuses: [0] }, { newest: true, limit: 3 });
    table.seqsNow({ statuses: [0] }, { after: 7000, limit: 3 });
    expect(reads).toBe(2);
  });

  test('finds a job with two reads, and opens with three', async () => {
    const platform = memoryPlatform();
    const entry = await writeJobs(platform, many);
    let reads = 0;
    platform.files.before = (call) => {
      if (call === 'read') reads++;
    };
    const table = await openJobTable({ platform, dir, entry, storeId });
    expect(reads).toBeLessThanOrEqual(3);
    reads = 0;
    expect(table.findNow('job-4')?.seq).toBe(4);
    expect(reads).toBe(2);
  });

  test('counts without reading', async () => {
    const platform = memoryPlatform();
    const table = await tableOf(many, { platform });
    platform.files.before = () => {
      throw new Error('read');
    };
    expect(table.count()).toBe(5000);
    expect(table.count({ statuses: [1] })).toBe(1250);
    expect(table.count({ type: 'other' })).toBe(0);
    expect(table.groups.map(({ type, status, jobs }) => [type, status, jobs])).toEqual([
      ['hunt', 0, 3750],
      ['hunt', 1, 1250],
    ]);
  });
});

test('a table of no jobs finds none', async () => {
  const table = await tableOf([]);
  expect(table.findNow('')).toBeUndefined();
  expect(await table.find('a')).toBeUndefined();
  expect(table.readNow(1)).toBeUndefined();
  expect(table.seqsNow()).toEqual([]);
  expect(await gathered(table.each(noPace))).toEqual([]);
  await table.verify(noPace);
});

test('a record of many megabytes comes back whole', async () => {
  const bytes = Buffer.alloc(3_000_000, 'large');
  const jobs = [job(1), job(2, { bytes }), job(3)];
  const table = await tableOf(jobs);
  expect(table.findNow('job-2')?.bytes.equals(bytes)).toBe(true);
  expect((await table.read(2))?.bytes.equals(bytes)).toBe(true);
  expect((await gathered(table.each(noPace))).map(plain)).toEqual(jobs.map(plain));
});

test('what was found does not change when more is read', async () => {
  const table = await tableOf(many.slice(0, 50));
  const first = table.findNow('job-1');
  table.findNow('job-4');
  expect(first?.bytes.toString()).toBe('record of job 1');
});

test('searches side by side do not disturb each other', async () => {
  // More pages than are kept.
  const table = await tableOf(Array.from({ length: 15_000 }, (_, i) => job(i + 1)));
  const asked = Array.from({ length: 500 }, (_, i) => i * 30 + 1);
  const now = () => asked.map((seq) => table.findNow(`job-${seq}`)?.seq);
  expect(now()).toEqual(asked);
  const waiting = asked.map((seq) => table.find(`job-${seq}`));
  await Promise.resolve();
  expect(now()).toEqual(asked);
  expect((await Promise.all(waiting)).map((one) => one?.seq)).toEqual(asked);
});

describe('more ids than a page has room for', () => {
  test.each([
    ['in the first page', () => 0],
    ['in the last page', () => 2 ** 53 - 1],
    [
      'in one page, with a few tags',
      (bytes: Uint8Array, _: number, to: number) => bytes[to - 1]! + 2 ** 52,
    ],
  ])('%s run over into the next ones', async (_, hash) => {
    const jobs = Array.from({ length: 600 }, (__, i) => job(i + 1));
    const table = await tableOf(jobs, { hash });
    const seqs = jobs.map((one) => one.seq);
    expect(jobs.map(({ id }) => table.findNow(id)?.seq)).toEqual(seqs);
    const found = await Promise.all(jobs.slice(0, 20).map(({ id }) => table.find(id)));
    expect(found.map((one) => one?.seq)).toEqual(seqs.slice(0, 20));
    expect(table.findNow('job-601')).toBeUndefined();
    await table.verify(noPace);
  });
});

test('closing waits for reads under way and refuses later ones', async () => {
  const platform = memoryPlatform();
  const table = await tableOf(many, { platform });
  const done: string[] = [];
  const found = table.find('job-4').then((one) => done.push(`found ${one?.seq}`));
  const stream = table.each(noPace);
  await stream.next();
  const closed = table.close().then(() => done.push('closed'));
  await found;
  await expect(table.find('job-4')).rejects.toMatchObject({ code: 'CHECKPOINT_READ' });
  expect((await gathered(stream)).length).toBeGreaterThan(4000);
  done.push('streamed');
  await closed;
  await table.close();
  expect(done).toEqual(['found 4', 'streamed', 'closed']);
  expect(platform.files.openCount).toBe(0);
});

test('a stream that is left early does not keep the file open', async () => {
  const platform = memoryPlatform();
  const table = await tableOf(many, { platform });
  for await (const batch of table.each(noPace)) if (batch.length > 0) break;
  await table.close();
  expect(platform.files.openCount).toBe(0);
});

test('jobs out of order are our mistake, and leave no file', async () => {
  const platform = memoryPlatform();
  await expect(writeJobs(platform, [job(2), job(1)])).rejects.toThrow('job 1 comes after job 2');
  expect(platform.files.contents.size).toBe(0);
});

describe('opening refuses what the manifest does not mean', () => {
  test.each([
    ['another store', { storeId: 'store-b' }, {}, 'another store'],
    ['another length', {}, { bytes: 5 }, 'instead of 5'],
    ['another LSN', {}, { lsn: 99 }, 'as of LSN 100'],
    ['another count', {}, { jobs: 4 }, 'with 4 jobs'],
    ['another last seq', {}, { lastSeq: 3 }, 'another table'],
  ])('%s', async (_, place, facts, words) => {
    const platform = memoryPlatform();
    const entry = { ...(await writeJobs(platform, [job(1)])), ...facts };
    const opened = openJobTable({ platform, dir, entry, storeId, ...place });
    await expect(opened).rejects.toMatchObject({
      code: 'CHECKPOINT_CORRUPT',
      message: expect.stringContaining(words),
    });
    expect(platform.files.openCount).toBe(0);
  });

  test('a file that is gone', async () => {
    const platform = memoryPlatform();
    const entry = await writeJobs(platform, [job(1)]);
    platform.files.contents.clear();
    await expect(openJobTable({ platform, dir, entry, storeId })).rejects.toMatchObject({
      code: 'CHECKPOINT_READ',
      message: 'dir/jobs-1-1 is not there, though the manifest names it',
    });
  });
});

test('a failing disk is told from a damaged file', async () => {
  const platform = memoryPlatform();
  const table = await tableOf(many, { platform });
  platform.files.before = () => {
    throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
  };
  const failing: readonly ((of: JobTable) => unknown)[] = [
    (of) => of.find('job-1'),
    (of) => of.read(1),
    (of) => gathered(of.each(noPace)),
    (of) => of.verify(noPace),
    async (of) => of.findNow('job-1'),
    async (of) => of.readNow(1),
    async (of) => of.seqsNow({}, { after: 5 }),
  ];
  for (const read of failing) {
    await expect(read(table)).rejects.toMatchObject({
      code: 'CHECKPOINT_READ',
      cause: { code: 'EIO' },
    });
  }
});
