import { describe, expect, test } from 'vitest';
import { jobStatuses } from '../../../src/jobs/job.js';
import { isFinal } from '../../../src/jobs/jobStore.js';
import { moves, transition } from '../../../src/jobs/stateMachine.js';
import { aJob } from '../../support/jobs.js';

/** The truth table once more, as rows: from, to, what. */
const rows = [
  ['queued', 'queued', 'absorbed'],
  ['queued', 'active', 'changed'],
  ['queued', 'completed', 'changed'],
  ['queued', 'failed', 'changed'],
  ['queued', 'cancelled', 'changed'],
  ['active', 'queued', 'changed'],
  ['active', 'active', 'absorbed'],
  ['active', 'completed', 'changed'],
  ['active', 'failed', 'changed'],
  ['active', 'cancelled', 'changed'],
  ['completed', 'queued', 'absorbed'],
  ['completed', 'active', 'absorbed'],
  ['completed', 'completed', 'absorbed'],
  ['completed', 'failed', 'refused'],
  ['completed', 'cancelled', 'refused'],
  ['failed', 'queued', 'absorbed'],
  ['failed', 'active', 'absorbed'],
  ['failed', 'completed', 'refused'],
  ['failed', 'failed', 'absorbed'],
  ['failed', 'cancelled', 'refused'],
  ['cancelled', 'queued', 'absorbed'],
  ['cancelled', 'active', 'absorbed'],
  ['cancelled', 'completed', 'refused'],
  ['cancelled', 'failed', 'refused'],
  ['cancelled', 'cancelled', 'absorbed'],
] as const;

describe('the truth table', () => {
  test('has a row for every pair', () => {
    expect(rows.length).toBe(jobStatuses.length ** 2);
  });

  test.each(rows)('%s, then %s: %s', (from, to, what) => {
    expect(moves[from][to]).toBe(what);
    const job = aJob({
      status: from,
      startedAt: from === 'queued' ? null : 1500,
      finishedAt: isFinal(from) ? 2000 : null,
    });
    const step = transition(job, to, {}, 3000);
    expect(step.kind).toBe(what);
    if (step.kind === 'absorbed') expect(step.job).toBe(job);
    if (step.kind === 'changed') {
      expect(step.job).toMatchObject({ status: to, version: 2, updatedAt: 3000 });
      expect(job.status).toBe(from);
    }
  });
});

test('a refusal names both statuses and both times', () => {
  const job = aJob({ status: 'completed', startedAt: 0, finishedAt: 86_400_000 });
  expect(transition(job, 'failed', { at: 86_401_000 }, 0)).toEqual({
    kind: 'refused',
    why: 'job "job-1" is completed since 1970-01-02T00:00:00.000Z, so it can\'t be failed at 1970-01-02T00:00:01.000Z',
  });
});

test('a job that ends before its start is told has begun when it ended', () => {
  for (const to of ['completed', 'failed'] as const) {
    expect(transition(aJob(), to, { at: 1700 }, 9000)).toMatchObject({
      job: { startedAt: 1700, finishedAt: 1700 },
    });
  }
});

test('a job cancelled in the queue never began', () => {
  expect(transition(aJob(), 'cancelled', {}, 1700)).toMatchObject({
    job: { startedAt: null, finishedAt: 1700 },
  });
});

test('a job whose worker died has not begun again', () => {
  const job = aJob({ status: 'active', startedAt: 1500 });
  expect(transition(job, 'queued', {}, 2000)).toMatchObject({ job: { startedAt: null } });
});

test('times are moved so that none contradicts another', () => {
  expect(transition(aJob(), 'active', { at: 5 }, 2000)).toMatchObject({ job: { startedAt: 1000 } });
  const active = aJob({ status: 'active', startedAt: 1500 });
  expect(transition(active, 'completed', { at: 1200 }, 2000)).toMatchObject({
    job: { startedAt: 1500, finishedAt: 1500 },
  });
  expect(transition(active, 'completed', {}, 3)).toMatchObject({
    job: { finishedAt: 1500, updatedAt: 1000 },
  });
});

test('a result comes with any end, an error with a failure alone', () => {
  const details = { result: 7, error: Object.freeze({ message: 'no' }) };
  expect(transition(aJob(), 'failed', details, 1)).toMatchObject({
    job: { result: 7, error: { message: 'no' } },
  });
  expect(transition(aJob(), 'completed', details, 1)).toMatchObject({
    job: { result: 7, error: null },
  });
  expect(transition(aJob(), 'active', details, 1)).toMatchObject({
    job: { result: null, error: null },
  });
});
