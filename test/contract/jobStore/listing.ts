import { describe, expect, test } from 'vitest';
import type { JobStatus } from '../../../src/jobs/job.js';
import type { JobFilter, JobStore, PruneRule } from '../../../src/jobs/jobStore.js';
import { contents, type OpenSubject, refused } from './subject.js';

/** Jobs named by their number: 0 queued x, 1 active x, 2 completed x, 3 failed y … */
async function fill(store: JobStore): Promise<void> {
  const jobs: readonly [id: string, type: string, status: JobStatus, parent?: string][] = [
    ['0', 'x', 'queued'],
    ['1', 'x', 'active', '0'],
    ['2', 'x', 'completed', '0'],
    ['3', 'y', 'failed', '1'],
    ['4', 'y', 'queued', '0'],
    ['5', 'y', 'completed'],
    ['6', 'z', 'cancelled', '0'],
  ];
  for (const [id, type, status, parent] of jobs) {
    await store.create({ id, type, ...(parent === undefined ? {} : { parent }) });
    if (status !== 'queued') await store.transition(id, status);
  }
}

const filters: readonly [filter: JobFilter, ids: string][] = [
  [{}, '0123456'],
  [{ newest: true }, '6543210'],
  [{ newest: false }, '0123456'],
  [{ limit: 3 }, '012'],
  [{ limit: 3, newest: true }, '654'],
  [{ limit: 0 }, ''],
  [{ limit: 99 }, '0123456'],
  [{ after: '2' }, '3456'],
  [{ after: '6' }, ''],
  [{ after: '4', newest: true }, '3210'],
  [{ after: '0', newest: true }, ''],
  [{ after: '2', limit: 2 }, '34'],
  [{ status: 'queued' }, '04'],
  [{ status: ['queued', 'completed'] }, '0245'],
  [{ status: ['completed', 'queued', 'completed'] }, '0245'],
  [{ status: [] }, ''],
  [{ type: 'x' }, '012'],
  [{ type: 'none' }, ''],
  [{ parent: '0' }, '1246'],
  [{ parent: 'none' }, ''],
  [{ type: 'y', status: 'queued' }, '4'],
  [{ type: 'y', status: ['queued', 'failed'], parent: '1' }, '3'],
  [{ parent: '0', newest: true, limit: 2 }, '64'],
  [{ status: 'completed', after: '2' }, '5'],
  // The one to go on after need not be one that the filter lets through.
  [{ status: 'completed', after: '3', newest: true }, '2'],
  [
    { type: 'y', status: ['completed', 'failed', 'queued'], after: '5', newest: true, limit: 1 },
    '4',
  ],
];

/** Finished in this order, a second apart: 2, 3, 5, 6; judged 10 s after the first. */
const rules: readonly [rule: PruneRule, gone: string][] = [
  [{}, '2356'],
  [{ keep: 0 }, '2356'],
  [{ keep: 1 }, '235'],
  [{ keep: 3 }, '2'],
  [{ keep: 4 }, ''],
  [{ keep: 99 }, ''],
  [{ olderThan: 0 }, '2356'],
  [{ olderThan: 8_500 }, '23'],
  [{ olderThan: 9_000 }, '2'],
  [{ olderThan: 8_999 }, '23'],
  [{ olderThan: 60_000 }, ''],
  [{ olderThan: 8_500, keep: 3 }, '2'],
  [{ olderThan: 9_500, keep: 1 }, '2'],
  [{ olderThan: 8_500, keep: 1 }, '23'],
  [{ type: 'y' }, '35'],
  [{ type: 'y', keep: 1 }, '3'],
  [{ type: 'y', olderThan: 8_500 }, '3'],
  [{ type: 'none' }, ''],
];

const idsOf = (jobs: readonly { readonly id: string }[]): string =>
  jobs.map(({ id }) => id).join('');

/** What `list`, `count`, `prune` and `health` promise, and that reads change nothing. */
export function listing(open: OpenSubject): void {
  describe('listing', () => {
    test.each(filters)('by %j gives %j', async (filter, ids) => {
      const { store } = await open();
      await fill(store);
      expect(idsOf(await store.list(filter))).toBe(ids);
      await store.checkpoint();
      expect(idsOf(await store.list(filter))).toBe(ids);
      const { after, limit, newest, parent, ...countable } = filter;
      if (after === undefined && limit === undefined && parent === undefined) {
        expect(await store.count(countable)).toBe(ids.length);
      }
    });

    test('gives whole jobs, as get does', async () => {
      const { store } = await open();
      await fill(store);
      for (const job of await store.list()) expect(await store.get(job.id)).toEqual(job);
      expect(await store.count()).toBe(7);
    });

    test('follows jobs from status to status', async () => {
      const { store } = await open();
      await fill(store);
      await store.checkpoint();
      await store.transition('0', 'active');
      await store.transition('1', 'queued');
      await store.remove('4');
      await store.create({ id: '7', type: 'y' });
      expect(idsOf(await store.list({ status: 'queued' }))).toBe('17');
      expect(idsOf(await store.list({ status: 'active' }))).toBe('0');
      expect(idsOf(await store.list({ type: 'y', newest: true }))).toBe('753');
      expect(await store.count({ status: ['queued', 'active'] })).toBe(3);
      expect(await store.count({ type: 'y', status: 'queued' })).toBe(1);
    });

    test('pages through all, each once, in both directions', async () => {
      const { store } = await open();
      const ids = Array.from({ length: 25 }, (_, at) => `job ${at}`);
      for (const id of ids) await store.create({ id, type: 't' });
      await store.checkpoint();
      for (const id of ids.slice(5, 8)) await store.update(id, { data: 1 });
      for (const newest of [false, true]) {
        const seen: string[] = [];
        for (;;) {
          const after = seen.at(-1);
          const page = await store.list({ limit: 4, newest, ...(after ? { after } : {}) });
          seen.push(...page.map(({ id }) => id));
          if (page.length < 4) break;
        }
        expect(seen).toEqual(newest ? ids.toReversed() : ids);
      }
    });

    test('refuses to go on after a job that is not there, rather than to miss some', async () => {
      const { store } = await open();
      await fill(store);
      await store.remove('3');
      for (const after of ['3', 'never']) await refused(store.list({ after }), 'JOB_MISSING');
    });

    test('of an empty store is empty', async () => {
      const { store } = await open();
      expect(await store.list()).toEqual([]);
      expect(await store.count()).toBe(0);
      expect(await store.count({ status: 'queued', type: 't' })).toBe(0);
      expect(await store.recentLogs(5)).toEqual([]);
      expect(await store.errorEvents()).toEqual([]);
      expect(await store.prune({})).toEqual({ jobs: 0, logEntries: 0 });
    });

    test('gives an array of one’s own', async () => {
      const { store } = await open();
      await fill(store);
      const first = (await store.list({ status: 'queued' })) as unknown[];
      try {
        first.length = 0;
      } catch {
        // What is frozen can't be spoilt either.
      }
      expect(idsOf(await store.list({ status: 'queued' }))).toBe('04');
    });
  });

  describe('pruning', () => {
    test.each(rules)('by %j takes %j', async (rule, gone) => {
      const { store, clock } = await open();
      await fill(store);
      const { createdAt } = (await store.get('0'))!;
      const times = { 2: 0, 3: 1_000, 5: 2_000, 6: 3_000 };
      for (const id of ['2', '3', '5', '6']) {
        const { type } = (await store.get(id))!;
        await store.remove(id);
        await store.create({ id, type });
        const at = createdAt + times[id as unknown as keyof typeof times];
        await store.transition(id, 'completed', { at });
      }
      for (const id of '0123456') await store.appendLog(id, { message: id });
      await clock.advance(10_000 - (clock.now() - createdAt));
      expect(await store.prune(rule)).toEqual({ jobs: gone.length, logEntries: gone.length });
      const left = [...'0142356'].filter((id) => !gone.includes(id)).join('');
      expect(idsOf(await store.list())).toBe(left);
      for (const id of gone) {
        expect(await store.get(id)).toBeUndefined();
        expect(await store.logs(id)).toEqual([]);
      }
      const logged = (await store.recentLogs(99)).map(({ jobId }) => jobId).sort();
      expect(logged).toEqual([...left].sort());
      expect(await store.prune(rule)).toEqual({ jobs: 0, logEntries: 0 });
    });
  });

  describe('reading', () => {
    test('changes nothing', async () => {
      const { store, clock } = await open();
      await fill(store);
      await store.appendLog('0', { message: 'm' });
      const before = await contents(store);
      await clock.advance(5_000);
      for (let time = 0; time < 2; time++) {
        await store.get('0');
        await store.get('none');
        await store.list({ status: 'queued', limit: 1 });
        await store.count({ type: 'x' });
        await store.logs('0');
        await store.recentLogs(1);
        await store.health();
        await store.errorEvents({ unresolved: true });
        await store.waitFor('0', 'queued');
        await clock.advance(5_000);
      }
      expect(await contents(store)).toEqual(before);
    });
  });

  describe('health', () => {
    test('counts jobs by status, writes, conflicts and what was absorbed', async () => {
      const { store } = await open();
      const first = await store.health();
      expect(first).toMatchObject({ status: 'healthy', reasons: [], breaker: 'closed' });
      await fill(store);
      const filled = await store.health();
      expect(filled.jobs).toEqual({ queued: 2, active: 1, completed: 2, failed: 1, cancelled: 1 });
      expect(filled.lsn).toBeGreaterThanOrEqual(first.lsn + 12);
      expect(filled.counters.records).toBeGreaterThanOrEqual(first.counters.records + 12);
      expect(filled.counters.commits).toBeGreaterThan(first.counters.commits);
      await refused(store.update('0', { data: 1 }, { ifVersion: 9 }), 'JOB_CONFLICT');
      await store.transition('2', 'active');
      const then = await store.health();
      expect(then.counters.conflicts).toBe(filled.counters.conflicts + 1);
      expect(then.counters.absorbed).toBe(filled.counters.absorbed + 1);
      expect(then.lsn).toBe(filled.lsn);
    });
  });
}
