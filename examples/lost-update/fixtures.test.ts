import fc from 'fast-check';
import { test, type Volume } from 'flakehound';
import { interleavings, scheduledFileSystem } from 'flakehound/property';
import { describe, expect } from 'vitest';
import type { Jobs } from './job.js';
import { JobFile } from './jobFile.js';
import { QueuedJobFile } from './queuedJobFile.js';
import { RetriedJobFile } from './retriedJobFile.js';

const progress = 1;
const bothDone = { long: { progress }, short: { progress } };

test('a film that writes between read and write of another is lost', async ({
  volume,
  clock,
  faults,
}) => {
  volume.seed({ 'jobs.json': '{}' });
  const jobs = new JobFile(volume.file('jobs.json'));
  faults.on('writeFile', { nth: 1 }).delay(10).install({ over: volume });

  await clock.drive(
    Promise.all([jobs.update('long', { progress }), jobs.update('short', { progress })]),
  );

  expect(Object.keys(await jobs.read())).toHaveLength(1);
  faults.expectExhausted();
});

test('updates that line up are all there, however slow the first', async ({
  volume,
  clock,
  faults,
}) => {
  volume.seed({ 'jobs.json': '{}' });
  const jobs = new QueuedJobFile(volume.file('jobs.json'));
  faults.on('writeFile', { nth: 1 }).delay(10).install({ over: volume });

  await clock.drive(
    Promise.all([jobs.update('long', { progress }), jobs.update('short', { progress })]),
  );

  expect(await jobs.read()).toEqual(bothDone);
  faults.expectExhausted();
});

test('one update that fails holds up no other', async ({ volume, faults }) => {
  volume.seed({ 'jobs.json': '{}' });
  const jobs = new QueuedJobFile(volume.file('jobs.json'));
  faults.on('rename', { nth: 1 }).fail('EBUSY').install({ over: volume });

  const [long, short] = await Promise.allSettled([
    jobs.update('long', { progress }),
    jobs.update('short', { progress }),
  ]);

  expect(long).toMatchObject({ status: 'rejected', reason: { code: 'EBUSY' } });
  expect(short.status).toBe('fulfilled');
  expect(await jobs.read()).toEqual({ short: { progress } });
});

describe('the published cure, retries on ENOENT, EBUSY and EACCES,', () => {
  test('sits a busy file out', async ({ volume, clock, faults }) => {
    volume.seed({ 'jobs.json': '{}' });
    faults.on('rename', { nth: 1, times: 2 }).fail('EBUSY');
    const files = faults.over(volume).promises;
    const jobs = new RetriedJobFile(volume.file('jobs.json'), { files, sleep: clock.sleep });

    await clock.drive(jobs.update('long', { progress }));

    expect(clock.sleeps).toEqual([10, 20]);
    expect(volume.tree()).toEqual({ 'jobs.json': '{"long":{"progress":1}}' });
    faults.expectExhausted();
  });

  test('loses as much as none, and no longer tells', async ({ volume }) => {
    const without = await countLosses(volume, 1);
    const withRetries = await countLosses(volume, 5);

    expect(withRetries.lost).toBe(without.lost);
    expect(without.enoent).toBeGreaterThan(0);
    expect(withRetries.enoent).toBe(0);
    expect(withRetries.lostSilently).toBeGreaterThan(without.lostSilently);
  });
});

/** What comes of two updates at once, in 50 orders of their file operations. */
async function countLosses(volume: Volume, tries: number) {
  const counts = { lost: 0, lostSilently: 0, enoent: 0 };
  for (const order of fc.sample(interleavings(), { numRuns: 50, seed: 1 })) {
    volume.seed({ 'jobs.json': '{}' });
    const files = scheduledFileSystem(order, volume).promises;
    const jobs = new RetriedJobFile(volume.file('jobs.json'), {
      files,
      tries,
      sleep: async () => {},
    });
    const outcomes = await order.waitFor(
      Promise.allSettled([jobs.update('long', { progress }), jobs.update('short', { progress })]),
    );
    const errors = outcomes.flatMap((o) => (o.status === 'rejected' ? [o.reason] : []));
    const isLost = Object.keys(readJobs(volume)).length < 2;
    if (isLost) counts.lost++;
    if (isLost && errors.length === 0) counts.lostSilently++;
    if (errors.some(({ code }) => code === 'ENOENT')) counts.enoent++;
  }
  return counts;
}

/** Both wrote through one temporary file, so what is there may be no JSON: then all is lost. */
function readJobs(volume: Volume): Jobs {
  try {
    return JSON.parse(volume.fs.readFileSync(volume.file('jobs.json'), 'utf8'));
  } catch {
    return {};
  }
}

test('a store keeps both, in two processes and after a power cut', async ({ store, clock }) => {
  const other = store.another();
  await store.group([
    { kind: 'create', id: 'long', type: 'film' },
    { kind: 'create', id: 'short', type: 'film' },
  ]);

  await clock.drive(
    Promise.all([store.update('long', { progress }), other.update('short', { progress })]),
  );
  await store.crash({ lose: 'all' });

  expect(await store.list()).toMatchObject([{ progress }, { progress }]);
});
