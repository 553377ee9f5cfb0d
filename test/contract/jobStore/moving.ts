import { describe, expect, test } from 'vitest';
import { type JobStatus, jobStatuses } from '../../../src/jobs/job.js';
import type { JobStore } from '../../../src/jobs/jobStore.js';
import { contents, expectSound, notJson, type OpenSubject, refused } from './subject.js';

type End = 'moves' | 'absorbed' | 'refused';

/** From the status on the left, by an event in the order of `jobStatuses`. */
const table: Readonly<Record<JobStatus, readonly End[]>> = {
  queued: ['absorbed', 'moves', 'moves', 'moves', 'moves'],
  active: ['moves', 'absorbed', 'moves', 'moves', 'moves'],
  completed: ['absorbed', 'absorbed', 'absorbed', 'refused', 'refused'],
  failed: ['absorbed', 'absorbed', 'refused', 'absorbed', 'refused'],
  cancelled: ['absorbed', 'absorbed', 'refused', 'refused', 'absorbed'],
};

const rows = jobStatuses.flatMap((from) =>
  jobStatuses.map((to, at) => [from, to, table[from][at]!] as const),
);

async function jobIn(store: JobStore, status: JobStatus) {
  const job = await store.create({ id: 'a', type: 't' });
  return status === 'queued' ? job : await store.transition('a', status);
}

const permutations = [
  ['active', 'progress', 'completed'],
  ['active', 'completed', 'progress'],
  ['progress', 'active', 'completed'],
  ['progress', 'completed', 'active'],
  ['completed', 'active', 'progress'],
  ['completed', 'progress', 'active'],
] as const;

/** What `transition` promises. */
export function moving(open: OpenSubject): void {
  describe('the state machine', () => {
    test.each(rows)('a job that is %s and hears %s: %s', async (from, to, end) => {
      const { store, clock } = await open();
      const job = await jobIn(store, from);
      const before = await contents(store);
      await clock.advance(7);
      if (end === 'refused') {
        const error = await refused(store.transition('a', to), 'JOB_TRANSITION');
        for (const word of ['a', from, to]) expect(error.message).toContain(word);
      } else {
        const moved = await store.transition('a', to);
        expectSound(moved);
        if (end === 'absorbed') expect(moved).toEqual(job);
        else expect(moved).toMatchObject({ status: to, version: job.version + 1 });
        expect(await store.get('a')).toEqual(moved);
      }
      if (end !== 'moves') expect(await contents(store)).toEqual(before);
    });

    test('notes when it began and ended, and what came of it', async () => {
      const { store, clock } = await open();
      const created = await store.create({ id: 'a', type: 't' });
      await clock.advance(10);
      const active = await store.transition('a', 'active');
      expect(active).toEqual({
        ...created,
        status: 'active',
        version: 2,
        startedAt: clock.now(),
        updatedAt: clock.now(),
      });
      await clock.advance(10);
      const done = await store.transition('a', 'completed', { result: { ok: [1] } });
      expect(done).toEqual({
        ...active,
        status: 'completed',
        version: 3,
        finishedAt: clock.now(),
        updatedAt: clock.now(),
        result: { ok: [1] },
      });
    });

    test('keeps why it failed', async () => {
      const { store } = await open();
      const errors = [
        { message: 'broke' },
        { message: 'ünï\ud83d\ude00\n', code: 'E_BROKE', stack: 'Error: broke\n    at here' },
      ];
      for (const [at, error] of errors.entries()) {
        await store.create({ id: `${at}`, type: 't' });
        const failed = await store.transition(`${at}`, 'failed', { error, result: 'half' });
        expect(failed).toMatchObject({ status: 'failed', result: 'half' });
        expect(failed.error).toEqual(error);
        expect(await store.get(`${at}`)).toEqual(failed);
      }
    });

    test('takes a job that ended before anybody heard that it began', async () => {
      const { store, clock } = await open();
      for (const to of ['completed', 'failed'] as const) {
        await store.create({ id: to, type: 't' });
        await clock.advance(3);
        const done = await store.transition(to, to);
        expect(done.startedAt).toBe(clock.now());
        expect(done.finishedAt).toBe(clock.now());
        expect(await store.transition(to, 'active', { at: done.createdAt })).toEqual(done);
      }
      await store.create({ id: 'c', type: 't' });
      expect(await store.transition('c', 'cancelled')).toMatchObject({ startedAt: null });
    });

    test.each(permutations)('ends the same when it hears %s, %s, %s', async (...order) => {
      const { store } = await open();
      const { createdAt } = await store.create({ id: 'a', type: 't' });
      const tell = {
        active: () => store.transition('a', 'active', { at: createdAt + 1 }),
        progress: () => store.update('a', { progress: 0.5 }),
        completed: () => store.transition('a', 'completed', { at: createdAt + 2, result: 'r' }),
      };
      await Promise.all(order.map((message) => tell[message]()));
      const job = (await store.get('a'))!;
      expect(job).toMatchObject({ status: 'completed', result: 'r', finishedAt: createdAt + 2 });
      expectSound(job);
    });

    test('lets no time contradict another, whatever the events say', async () => {
      const { store, clock } = await open();
      const { createdAt } = await store.create({ id: 'a', type: 't' });
      const active = await store.transition('a', 'active', { at: createdAt - 5000 });
      expect(active.startedAt).toBe(createdAt);
      await store.create({ id: 'b', type: 't' });
      await store.transition('b', 'active', { at: createdAt + 50 });
      const done = await store.transition('b', 'completed', { at: createdAt + 20 });
      expect(done).toMatchObject({ startedAt: createdAt + 50, finishedAt: createdAt + 50 });
      clock.jump(-86_400_000);
      const late = await store.transition('a', 'failed', { error: { message: 'm' } });
      expectSound(late);
      expectSound((await store.cancel('a')).job);
    });

    test('puts back a job whose worker died, to begin anew', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'a', type: 't' });
      await store.transition('a', 'active');
      const back = await store.transition('a', 'queued');
      expect(back).toMatchObject({ status: 'queued', version: 3, startedAt: null });
      expectSound(back);
      await clock.advance(4);
      expect((await store.transition('a', 'active')).startedAt).toBe(clock.now());
    });

    test('refuses what is no status, no time, no error or no JSON', async () => {
      const { store } = await open();
      const job = await store.create({ id: 'a', type: 't' });
      const bad = [
        () => store.transition('a', 'done' as JobStatus),
        () => store.transition('a', 'active', { at: Number.NaN }),
        () => store.transition('a', 'active', { at: '2026' as unknown as number }),
        () => store.transition('a', 'completed', { result: notJson(1n) }),
        () => store.transition('a', 'failed', { error: 'text' as unknown as { message: string } }),
      ];
      for (const work of bad) await refused(work(), 'JOB_VALUE');
      expect(await store.get('a')).toEqual(job);
    });

    test('refuses a job that is not there', async () => {
      const { store } = await open();
      await refused(store.transition('a', 'active'), 'JOB_MISSING');
    });
  });

  describe('cancelling', () => {
    test('ends a queued job that never began', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'a', type: 't' });
      await clock.advance(3);
      const { outcome, job } = await store.cancel('a');
      expect(outcome).toBe('cancelled');
      expect(job).toMatchObject({
        status: 'cancelled',
        version: 2,
        startedAt: null,
        finishedAt: clock.now(),
        cancelRequestedAt: clock.now(),
      });
      expect(await store.get('a')).toEqual(job);
    });

    test('asks an active job once to stop, and leaves the end to its worker', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'a', type: 't' });
      await store.transition('a', 'active');
      const first = await store.cancel('a');
      expect(first.outcome).toBe('requested');
      expect(first.job).toMatchObject({ status: 'active', cancelRequestedAt: clock.now() });
      await clock.advance(5);
      expect(await store.cancel('a')).toEqual(first);
      const { cancelRequestedAt } = first.job;
      expect(await store.transition('a', 'completed')).toMatchObject({ cancelRequestedAt });
    });

    test.each(['completed', 'failed', 'cancelled'] as const)(
      'comes too late for one that is %s',
      async (status) => {
        const { store } = await open();
        const job = await jobIn(store, status);
        const before = await contents(store);
        expect(await store.cancel('a')).toEqual({ outcome: 'finished', job });
        expect(await contents(store)).toEqual(before);
      },
    );

    test('refuses a job that is not there', async () => {
      const { store } = await open();
      await refused(store.cancel('a'), 'JOB_MISSING');
    });
  });
}
