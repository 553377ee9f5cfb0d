import { test } from 'flakehound';
import { expect } from 'vitest';
import { StatusTable } from './statusTable.js';
import { processEagerly, processInOrder } from './worker.js';

/** The fastest of jobs. */
const doNothing = async () => {};

test('nobody waits for a late "active", which replaces "done"', async ({
  volume,
  clock,
  faults,
}) => {
  volume.seed({ 'mail.json': '{"status":"queued","attempts":0}' });
  const table = new StatusTable(volume.path);
  faults.on('readFile', { nth: 1 }).delay(50).install({ over: volume });

  await processEagerly(table, 'mail', doNothing);
  expect(await table.read('mail')).toEqual({ status: 'done', attempts: 1 });

  await clock.advance(50);
  // It counts a second attempt, too: it has read the row of the finished job.
  expect(await table.read('mail')).toEqual({ status: 'active', attempts: 2 });
});

test('a fast job ends as done, however late its first write', async ({ volume, clock, faults }) => {
  volume.seed({ 'mail.json': '{"status":"queued","attempts":0}' });
  const table = new StatusTable(volume.path);
  faults.on('readFile', { nth: 1 }).delay(50).install({ over: volume });

  await clock.drive(processInOrder(table, 'mail', doNothing));
  await clock.runAll();

  expect(await table.read('mail')).toEqual({ status: 'done', attempts: 1 });
  faults.expectExhausted();
});

test('a database that refuses "active" fails the job before it starts', async ({
  volume,
  faults,
}) => {
  volume.seed({ 'mail.json': '{"status":"queued","attempts":0}' });
  const table = new StatusTable(volume.path);
  faults.on('rename', { nth: 1 }).fail('EIO').install({ over: volume });
  let hasRun = false;

  const processed = processInOrder(table, 'mail', async () => {
    hasRun = true;
  });

  await expect(processed).rejects.toMatchObject({ code: 'EIO' });
  expect(hasRun).toBe(false);
});

test('a store takes "active" however late it comes, and the job ends as completed', async ({
  store,
}) => {
  await store.create({ id: 'mail', type: 'mail' });
  const tracker = store.track('mail');

  void tracker.active(); // Nobody waits, and nothing is lost: events line up.
  await tracker.completed();
  const late = await store.transition('mail', 'active');

  expect(late).toMatchObject({ status: 'completed' });
  expect(late.startedAt).toBeLessThanOrEqual(late.finishedAt!);
});
