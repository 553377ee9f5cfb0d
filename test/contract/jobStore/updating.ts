import { describe, expect, test } from 'vitest';
import type { JobPatch, Json } from '../../../src/jobs/job.js';
import { VersionConflictError } from '../../../src/jobs/versionConflict.js';
import { contents, expectSound, notJson, type OpenSubject, refused } from './subject.js';

/** What `update`, `remove` and versions promise. */
export function updating(open: OpenSubject): void {
  describe('updating', () => {
    test('changes what the patch names, counts the version and notes the time', async () => {
      const { store, clock } = await open();
      const first = await store.create({ id: 'a', type: 't', data: { n: 1 } });
      await clock.advance(5);
      const second = await store.update('a', { progress: 0.25 });
      expect(second).toEqual({ ...first, progress: 0.25, version: 2, updatedAt: clock.now() });
      const third = await store.update('a', { data: [2], result: 'r' });
      expect(third).toEqual({ ...second, data: [2], result: 'r', version: 3 });
      expect(await store.update('a', { progress: null })).toMatchObject({ progress: null });
      expect(await store.get('a')).toMatchObject({ version: 4, data: [2], result: 'r' });
    });

    test('is absorbed when it changes nothing', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'a', type: 't', data: { a: 1, b: [null] } });
      const job = await store.update('a', { progress: 0.5 });
      const before = await contents(store);
      await clock.advance(5);
      for (const patch of [
        {},
        { progress: 0.5 },
        { data: { a: 1, b: [null] } },
        { result: null },
      ]) {
        expect(await store.update('a', patch)).toEqual(job);
      }
      expect(await contents(store)).toEqual(before);
    });

    test('reads a value the same however often: minus zero is zero', async () => {
      const { store, reopen } = await open();
      const job = await store.create({ id: 'a', type: 't', data: [-0] });
      expect(await store.get('a')).toEqual(job);
      await store.update('a', { progress: -0 });
      const shown = await store.get('a');
      await store.checkpoint();
      expect(await store.get('a')).toEqual(shown);
      if (reopen) expect(await (await reopen()).get('a')).toEqual(shown);
    });

    test.each([-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY, '0.5', true, {}])(
      'refuses %s as progress',
      async (progress) => {
        const { store } = await open();
        const job = await store.create({ id: 'a', type: 't' });
        await refused(store.update('a', { progress: progress as number }), 'JOB_VALUE');
        expect(await store.get('a')).toEqual(job);
      },
    );

    test('takes progress from 0 to 1, also backwards', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      for (const progress of [1, 0, 0.3, 0.1]) {
        expect(await store.update('a', { progress })).toMatchObject({ progress });
      }
    });

    test('refuses values that JSON cannot say, naming the place', async () => {
      const { store } = await open();
      const job = await store.create({ id: 'a', type: 't' });
      const patches: JobPatch[] = [
        { result: notJson({ items: [1n] }) },
        { progress: 1, result: notJson({ items: [() => 0] }) },
      ];
      for (const patch of patches) {
        const error = await refused(store.update('a', patch), 'JOB_VALUE');
        expect(error.message).toContain('result.items[0]');
      }
      expect(await store.get('a')).toEqual(job);
    });

    test('refuses a job that is not there', async () => {
      const { store } = await open();
      const error = await refused(store.update('no such job', { progress: 1 }), 'JOB_MISSING');
      expect(error.message).toContain('no such job');
    });

    test('absorbs progress after the end, and takes data and result', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const ended = await store.transition('a', 'completed', { result: 1 });
      expect(await store.update('a', { progress: 0.5 })).toEqual(ended);
      const noted = await store.update('a', { progress: 0.5, data: 'note', result: 2 });
      expect(noted).toMatchObject({ progress: ended.progress, data: 'note', result: 2 });
      expect(noted.version).toBe(ended.version + 1);
      expectSound(noted);
    });

    test('takes effect in the order of the calls, awaited or not', async () => {
      const { store } = await open();
      const jobs = await Promise.all([
        store.create({ id: 'a', type: 't' }),
        store.update('a', { data: 1 }),
        store.update('a', { data: 2 }),
        store.transition('a', 'active'),
        store.update('a', { data: 3 }),
      ]);
      expect(jobs.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
      expect(jobs.map(({ data }) => data)).toEqual([null, 1, 2, 2, 3]);
      expect(await store.get('a')).toEqual(jobs[4]);
    });
  });

  describe('versions', () => {
    test('let a write through that knows the job as it is', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      expect((await store.update('a', { data: 1 }, { ifVersion: 1 })).version).toBe(2);
      expect((await store.transition('a', 'active', { ifVersion: 2 })).version).toBe(3);
      expect(await store.remove('a', { ifVersion: 3 })).toBe(true);
    });

    test('stop a write that does not, and tell it both states', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const actual = await store.update('a', { data: 1 });
      for (const ifVersion of [1, 3, 2 ** 52]) {
        for (const write of [
          () => store.update('a', { data: 2 }, { ifVersion }),
          () => store.transition('a', 'active', { ifVersion }),
          () => store.remove('a', { ifVersion }),
        ]) {
          const error = await refused(write(), 'JOB_CONFLICT');
          expect(error).toBeInstanceOf(VersionConflictError);
          expect(error).toMatchObject({ expected: ifVersion, actual });
          expect(error.message).toContain('a');
        }
      }
      expect(await store.get('a')).toEqual(actual);
    });

    test('are whole numbers of at least 1', async () => {
      const { store } = await open();
      const job = await store.create({ id: 'a', type: 't' });
      for (const ifVersion of [0, -1, 1.5, Number.NaN, '1' as unknown as number]) {
        await refused(store.update('a', { data: 1 }, { ifVersion }), 'JOB_VALUE');
        await refused(store.transition('a', 'active', { ifVersion }), 'JOB_VALUE');
        await refused(store.remove('a', { ifVersion }), 'JOB_VALUE');
      }
      expect(await store.get('a')).toEqual(job);
    });

    test('stop also what would change nothing', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't', data: 1 });
      await store.transition('a', 'completed');
      await refused(store.update('a', { data: 1 }, { ifVersion: 1 }), 'JOB_CONFLICT');
      await refused(store.transition('a', 'completed', { ifVersion: 1 }), 'JOB_CONFLICT');
    });

    test('let one of many win who presume the same', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const tries = [0, 1, 2, 3].map((data) => store.update('a', { data }, { ifVersion: 1 }));
      const ends = await Promise.allSettled(tries);
      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await store.get('a')).toMatchObject({ version: 2, data: 0 });
    });

    test('let a loop of read and compare-and-set count right', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't', data: 0 });
      const countUp = async (): Promise<void> => {
        for (;;) {
          const job = await store.get('a');
          const data = (job!.data as number) + 1;
          const end = await store.update('a', { data }, { ifVersion: job!.version }).then(
            () => 'done',
            (error: { code: string }) => error.code,
          );
          if (end === 'done') return;
          expect(end).toBe('JOB_CONFLICT');
        }
      };
      await Promise.all(Array.from({ length: 8 }, countUp));
      expect(await store.get('a')).toMatchObject({ data: 8 satisfies Json, version: 9 });
    });

    test('never go back, whatever is absorbed or refused between', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const versions = [1];
      const writes = [
        () => store.update('a', { data: 1 }),
        () => store.update('a', { data: 1 }),
        () => store.update('a', { data: 2 }, { ifVersion: 99 }),
        () => store.transition('a', 'failed', { error: { message: 'm' } }),
        () => store.transition('a', 'completed'),
        () => store.transition('a', 'active'),
        () => store.update('a', { data: 3 }),
      ];
      for (const write of writes) {
        await write().catch(() => undefined);
        versions.push((await store.get('a'))!.version);
      }
      expect(versions).toEqual([1, 2, 2, 2, 3, 3, 3, 4]);
    });
  });

  describe('removing', () => {
    test('takes the job away with its logs, and says whether there was one', async () => {
      const { store } = await open();
      for (const id of ['a', 'b']) await store.create({ id, type: 't' });
      for (const id of ['a', 'b']) await store.appendLog(id, { message: `of ${id}` });
      expect(await store.remove('a')).toBe(true);
      expect(await store.remove('a')).toBe(false);
      expect(await store.remove('never')).toBe(false);
      expect(await store.get('a')).toBeUndefined();
      expect((await store.list()).map(({ id }) => id)).toEqual(['b']);
      expect(await store.count()).toBe(1);
      expect(await store.logs('a')).toEqual([]);
      expect((await store.recentLogs(9)).map(({ message }) => message)).toEqual(['of b']);
    });

    test('leaves the id to a new job, with a version, a place and a log of its own', async () => {
      const { store } = await open();
      for (const id of ['a', 'b']) await store.create({ id, type: 't', data: 'old' });
      await store.transition('a', 'completed');
      await store.appendLog('a', { message: 'old' });
      await store.remove('a');
      const again = await store.create({ id: 'a', type: 'u' });
      expect(again).toMatchObject({ version: 1, status: 'queued', data: null, finishedAt: null });
      expect((await store.list()).map(({ id }) => id)).toEqual(['b', 'a']);
      expect(await store.list({ type: 't' })).toHaveLength(1);
      expect(await store.logs('a')).toEqual([]);
      expect((await store.appendLog('a', { message: 'new' })).number).toBe(1);
    });

    test('refuses everything that needs the job afterwards', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      await store.remove('a');
      await refused(store.update('a', { data: 1 }), 'JOB_MISSING');
      await refused(store.transition('a', 'active'), 'JOB_MISSING');
      await refused(store.cancel('a'), 'JOB_MISSING');
      await refused(store.appendLog('a', { message: 'm' }), 'JOB_MISSING');
      await refused(store.waitFor('a', 'completed'), 'JOB_MISSING');
    });
  });
}
