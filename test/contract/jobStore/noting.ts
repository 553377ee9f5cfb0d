import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/errors.js';
import type { JobPatch } from '../../../src/jobs/job.js';
import { contents, eventually, notJson, type OpenSubject, refused } from './subject.js';

const bad: readonly [what: string, code: ErrorCode, id: string, patch: JobPatch][] = [
  ['progress beyond 1', 'JOB_VALUE', 'a', { progress: 2 }],
  ['a value that JSON cannot say', 'JOB_VALUE', 'a', { data: notJson({ when: () => 0 }) }],
  ['a bad id', 'JOB_ID', '../a', { progress: 1 }],
];

/** What `updateLater` and `flush` promise. */
export function noting(open: OpenSubject): void {
  describe('updateLater', () => {
    test('writes the last value per member, as one change per job', async () => {
      const { store } = await open();
      for (const id of ['a', 'b']) await store.create({ id, type: 't' });
      for (let done = 1; done <= 10; done++) store.updateLater('a', { progress: done / 10 });
      store.updateLater('a', { data: 'first' });
      store.updateLater('b', { result: 1 });
      store.updateLater('a', { data: 'last' });
      await store.flush();
      expect(await store.get('a')).toMatchObject({ progress: 1, data: 'last', version: 2 });
      expect(await store.get('b')).toMatchObject({ progress: null, result: 1, version: 2 });
    });

    test('writes by itself after a while', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'a', type: 't' });
      store.updateLater('a', { progress: 0.5 });
      await eventually(clock, async () => (await store.get('a'))?.progress === 0.5);
      store.updateLater('a', { progress: 0.75 });
      await eventually(clock, async () => (await store.get('a'))?.progress === 0.75);
      expect(await store.get('a')).toMatchObject({ version: 3 });
    });

    test('needs no write when it changes nothing', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const before = await contents(store);
      await store.flush();
      store.updateLater('a', { result: null });
      await store.flush();
      await store.flush();
      expect(await contents(store)).toEqual(before);
    });

    test.each(bad)('throws at once for %s', async (_, code, id, patch) => {
      const { store } = await open();
      const job = await store.create({ id: 'a', type: 't' });
      store.updateLater('a', { result: 'kept' });
      expect(() => store.updateLater(id, patch)).toThrow(expect.objectContaining({ code }));
      await store.flush();
      expect(await store.get('a')).toMatchObject({
        ...job,
        result: 'kept',
        version: 2,
        updatedAt: expect.any(Number),
      });
    });

    test('takes the value as it is now, not as it is when written', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const data = { n: 1 };
      store.updateLater('a', { data });
      data.n = 2;
      await store.flush();
      expect((await store.get('a'))?.data).toEqual({ n: 1 });
    });

    test('saves progress before the end that is told after it', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      store.updateLater('a', { progress: 0.9 });
      await store.transition('a', 'completed');
      await store.flush();
      expect(await store.get('a')).toMatchObject({ status: 'completed', progress: 0.9 });
    });

    test('does not let an older value overtake a later write', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      store.updateLater('a', { progress: 0.1, data: 'old' });
      await store.update('a', { progress: 0.2 });
      await store.flush();
      expect(await store.get('a')).toMatchObject({ progress: 0.2, data: 'old' });
    });

    test('absorbs progress that comes after the end', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const done = await store.transition('a', 'completed');
      store.updateLater('a', { progress: 0.9 });
      await store.flush();
      expect(await store.get('a')).toEqual(done);
    });

    test('survives a group or an update that is refused', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      store.updateLater('a', { progress: 0.5 });
      const undone = store.group([
        { kind: 'update', id: 'a', patch: { data: 1 } },
        { kind: 'remove', id: 'a', ifVersion: 99 },
      ]);
      await refused(undone, 'JOB_CONFLICT');
      store.updateLater('a', { result: 'r' });
      await refused(store.update('a', { data: 1 }, { ifVersion: 99 }), 'JOB_CONFLICT');
      await store.flush();
      expect(await store.get('a')).toMatchObject({ progress: 0.5, result: 'r', data: null });
    });

    test('writes the others when one job is gone', async () => {
      const { store } = await open();
      for (const id of ['a', 'b', 'c']) await store.create({ id, type: 't' });
      for (const id of ['a', 'b', 'c']) store.updateLater(id, { progress: 0.5 });
      await store.remove('b');
      await store.flush().catch(() => undefined);
      expect(await store.list()).toMatchObject([
        { id: 'a', progress: 0.5 },
        { id: 'c', progress: 0.5 },
      ]);
      await store.create({ id: 'b', type: 't' });
      await store.flush();
      expect(await store.get('b')).toMatchObject({ version: 1, progress: null });
    });

    test('is written by close', async () => {
      const { store, reopen } = await open();
      await store.create({ id: 'a', type: 't' });
      store.updateLater('a', { progress: 0.5 });
      if (!reopen) return await store.close();
      expect(await (await reopen()).get('a')).toMatchObject({ progress: 0.5, version: 2 });
    });
  });
}
