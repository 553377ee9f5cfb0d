import { expect, test } from 'vitest';
import { Waiters } from '../../../src/jobs/waiting.js';
import { aJob } from '../../support/jobs.js';
import { storeClock } from '../../support/storeClock.js';

const done = aJob({ status: 'completed', finishedAt: 2000 });

function someWaiters() {
  const clock = storeClock();
  return { clock, waiters: new Waiters(clock) };
}

test('a job that is there already is answered at once', async () => {
  const { waiters } = someWaiters();
  expect(await waiters.wait({ id: 'a', statuses: 'completed' }, done)).toBe(done);
  expect(waiters.size).toBe(0);
});

test('the first state that matches is the answer, to all who wait for it', async () => {
  const { clock, waiters } = someWaiters();
  const one = waiters.wait({ id: 'a', statuses: ['failed', 'completed'], timeout: 100 }, aJob());
  const other = waiters.wait({ id: 'a', statuses: 'completed' }, aJob());
  waiters.changed('a', aJob({ status: 'active' }));
  waiters.changed('b', done);
  expect(waiters.size).toBe(2);
  waiters.changed('a', done);
  expect(await Promise.all([one, other])).toEqual([done, done]);
  expect([waiters.size, clock.pending]).toEqual([0, 0]);
});

test('time runs out', async () => {
  const { clock, waiters } = someWaiters();
  const waiting = waiters.wait(
    { id: 'a', statuses: ['failed', 'completed'], timeout: 100 },
    aJob(),
  );
  const outcome = expect(waiting).rejects.toMatchObject({
    code: 'JOB_WAIT_TIMEOUT',
    message: 'job "a" was not failed or completed within 100 ms',
  });
  await clock.advance(100);
  await outcome;
  expect(waiters.size).toBe(0);
});

test('a job that is not there, or goes away, is missing', async () => {
  const { waiters } = someWaiters();
  const missing = { code: 'JOB_MISSING' };
  await expect(waiters.wait({ id: 'a', statuses: 'failed' }, undefined)).rejects.toMatchObject(
    missing,
  );
  const waiting = waiters.wait({ id: 'a', statuses: 'failed' }, aJob());
  waiters.changed('a', null);
  await expect(waiting).rejects.toMatchObject(missing);
});

test('the end of the store ends the waiting', async () => {
  const { clock, waiters } = someWaiters();
  const waiting = waiters.wait({ id: 'a', statuses: 'failed', timeout: 5 }, aJob());
  waiters.close();
  await expect(waiting).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  expect([waiters.size, clock.pending]).toEqual([0, 0]);
});

test.each([
  { statuses: [] },
  { statuses: 'done' as never },
  { statuses: 'failed' as const, timeout: Number.NaN },
  { statuses: 'failed' as const, timeout: -1 },
])('%j is refused', async (wanted) => {
  const { waiters } = someWaiters();
  await expect(waiters.wait({ id: 'a', ...wanted }, aJob())).rejects.toMatchObject({
    code: 'JOB_VALUE',
  });
});

test('without a limit of time no timer runs', () => {
  const { clock, waiters } = someWaiters();
  void waiters.wait({ id: 'a', statuses: 'failed', timeout: Infinity }, aJob());
  expect([waiters.size, clock.pending]).toEqual([1, 0]);
});
