import { describe, expect, test } from 'vitest';
import type { JobStore } from '../../../src/jobs/jobStore.js';
import { contents, eventually, type OpenSubject, refused } from './subject.js';

/** Something of everything. */
async function live(store: JobStore, name: string): Promise<void> {
  const id = (what: string): string => `${name}/${what}`;
  for (const what of ['queued', 'active', 'completed', 'failed', 'cancelled', 'gone']) {
    await store.create({ id: id(what), type: `t ${what}`, data: { what, list: [1, null] } });
    await store.appendLog(id(what), { message: what, level: 'warn', fields: { what } });
  }
  await store.create({ id: id('child'), type: 't', parent: id('active') });
  await store.transition(id('active'), 'active');
  await store.update(id('active'), { progress: 1 / 3, data: '😀' });
  await store.cancel(id('active'));
  await store.transition(id('completed'), 'completed', { result: { big: 'x'.repeat(3_000) } });
  await store.transition(id('failed'), 'failed', {
    error: { message: 'm', code: 'c', stack: 's' },
  });
  await store.cancel(id('cancelled'));
  await store.remove(id('gone'));
  await store.group([
    { kind: 'create', id: id('grouped'), type: 't' },
    { kind: 'log', id: id('grouped'), message: 'in a group' },
  ]);
}

/** What outlives `close`, and what `checkpoint` and `backup` promise. */
export function reopening(open: OpenSubject): void {
  describe('opened again', () => {
    test('a store shows all that it showed before', async ({ skip }) => {
      const { store, reopen } = await open();
      if (!reopen) return skip();
      await live(store, 'first');
      const before = await contents(store);
      const second = await reopen();
      expect(await contents(second)).toEqual({ ...before, lsn: expect.any(Number) });
      expect((await second.health()).lsn).toBeGreaterThanOrEqual(before.lsn);
      await live(second, 'second');
      const then = await contents(second);
      expect(await contents(await reopen())).toEqual({ ...then, lsn: expect.any(Number) });
    });

    test('a store goes on where it was', async ({ skip }) => {
      const { store, reopen } = await open();
      if (!reopen) return skip();
      await store.create({ id: 'a', type: 't' });
      await store.appendLog('a', { message: 'first' });
      const { id: madeUp } = await store.create({ type: 't' });
      await store.create({ id: 'gone', type: 't' });
      await store.remove('gone');
      const again = await reopen();
      expect(await again.update('a', { data: 1 }, { ifVersion: 1 })).toMatchObject({ version: 2 });
      expect((await again.appendLog('a', { message: 'second' })).number).toBe(2);
      await refused(again.create({ id: 'a', type: 't' }), 'JOB_EXISTS');
      await refused(again.update('gone', { data: 1 }), 'JOB_MISSING');
      expect((await again.create({ type: 't' })).id).not.toBe(madeUp);
      expect(await again.create({ id: 'gone', type: 't' })).toMatchObject({ version: 1 });
      expect((await again.list()).map(({ id }) => id).at(-1)).toBe('gone');
    });

    test('a store remembers what went wrong, and what was resolved', async ({ skip }) => {
      const { store, clock, reopen } = await open();
      if (!reopen) return skip();
      for (const id of ['x', 'y']) {
        void store.track(id).active();
        await eventually(clock, async () =>
          (await store.errorEvents()).some(({ message }) => message.includes(id)),
        );
      }
      const [one] = await store.errorEvents();
      await store.resolveErrorEvent(one!.id);
      const before = await store.errorEvents();
      const again = await reopen();
      expect(await again.errorEvents()).toEqual(before);
      expect(await again.errorEvents({ unresolved: true })).toHaveLength(1);
    });

    test('a store that was never written to is empty', async ({ skip }) => {
      const { store, reopen } = await open();
      if (!reopen) return skip();
      await store.checkpoint();
      expect(await (await reopen()).list()).toEqual([]);
    });
  });

  describe('a checkpoint', () => {
    test('changes nothing that can be seen', async () => {
      const { store } = await open();
      await live(store, 'first');
      const before = await contents(store);
      await store.checkpoint();
      expect(await contents(store)).toEqual(before);
      await store.checkpoint();
      expect(await contents(store)).toEqual(before);
    });

    test('stands under what is written later', async ({ skip }) => {
      const { store, reopen } = await open();
      await live(store, 'first');
      await store.checkpoint();
      await live(store, 'second');
      await store.update('first/queued', { data: 'after' });
      await store.remove('first/child');
      await store.transition('first/active', 'completed');
      await store.appendLog('first/active', { message: 'after' });
      expect(await store.logs('first/active')).toMatchObject([{ number: 1 }, { number: 2 }]);
      expect(await store.get('first/child')).toBeUndefined();
      const before = await contents(store);
      if (!reopen) return skip();
      const again = await reopen();
      expect(await contents(again)).toEqual({ ...before, lsn: expect.any(Number) });
      await again.checkpoint();
      expect(await contents(again)).toEqual({ ...before, lsn: expect.any(Number) });
    });

    test('may run while others write', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const work: Promise<unknown>[] = [];
      for (let round = 1; round <= 10; round++) {
        work.push(store.update('a', { data: round }), store.create({ id: `${round}`, type: 't' }));
        if (round % 3 === 0) work.push(store.checkpoint());
        await store.get('a');
      }
      await Promise.all(work);
      expect(await store.get('a')).toMatchObject({ data: 10, version: 11 });
      expect(await store.count()).toBe(11);
    });
  });

  describe('a backup', () => {
    test('says what it holds, and changes nothing', async ({ skip }) => {
      const { store, backupPath } = await open();
      if (backupPath === undefined) return skip();
      await live(store, 'first');
      const before = await contents(store);
      const facts = await store.backup(backupPath);
      expect(facts).toMatchObject({ path: backupPath, lsn: before.lsn, jobs: before.jobs.length });
      expect(await contents(store)).toEqual(before);
    });
  });
}
