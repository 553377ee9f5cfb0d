import { expect, test } from 'vitest';
import { cancel } from '../../../src/jobs/cancel.js';
import { aJob } from '../../support/jobs.js';

test('a queued job is cancelled and never began', () => {
  expect(cancel(aJob(), 2000)).toMatchObject({
    outcome: 'cancelled',
    changed: true,
    job: { status: 'cancelled', startedAt: null, finishedAt: 2000, cancelRequestedAt: 2000 },
  });
});

test('an active job is asked once', () => {
  const first = cancel(aJob({ status: 'active', startedAt: 1500 }), 2000);
  expect(first).toMatchObject({
    outcome: 'requested',
    changed: true,
    job: { status: 'active', cancelRequestedAt: 2000, version: 2 },
  });
  expect(cancel(first.job, 3000)).toEqual({ outcome: 'requested', changed: false, job: first.job });
});

test.each(['completed', 'failed', 'cancelled'] as const)('a %s job stays as it is', (status) => {
  const job = aJob({ status, finishedAt: 1500 });
  expect(cancel(job, 2000)).toEqual({ outcome: 'finished', changed: false, job });
});
