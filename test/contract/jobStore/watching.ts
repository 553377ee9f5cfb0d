import { describe, expect, test } from 'vitest';
import type { JobChange } from '../../../src/jobs/jobStore.js';
import { contents, eventually, listening, type OpenSubject, refused } from './subject.js';

/** What `waitFor` and `onChange` promise. */
export function watching(open: OpenSubject): void {
  describe('waiting for a job', () => {
    test('ends at once when it is there already', async () => {
      const { store } = await open();
      const job = await store.create({ id: 'a', type: 't' });
      expect(await store.waitFor('a', 'queued')).toEqual(job);
      expect(await store.waitFor('a', ['active', 'queued'], { timeout: 5 })).toEqual(job);
    });

    test('ends by the event, without the clock', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const active = store.waitFor('a', 'active');
      const ended = store.waitFor('a', ['completed', 'failed'], { timeout: 60_000 });
      const begun = await store.transition('a', 'active');
      expect(await active).toEqual(begun);
      await store.update('a', { progress: 0.5 });
      const failed = await store.transition('a', 'failed', { error: { message: 'm' } });
      expect(await ended).toEqual(failed);
    });

    test('serves everybody who waits', async () => {
      const { store } = await open();
      for (const id of ['a', 'b']) await store.create({ id, type: 't' });
      const waits = ['a', 'b', 'a', 'b'].map((id) => store.waitFor(id, 'completed'));
      for (const id of ['a', 'b']) await store.transition(id, 'completed');
      expect((await Promise.all(waits)).map(({ id }) => id)).toEqual(['a', 'b', 'a', 'b']);
    });

    test('gives up after the time that it was given', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'a', type: 't' });
      const waiting = refused(
        store.waitFor('a', 'completed', { timeout: 500 }),
        'JOB_WAIT_TIMEOUT',
      );
      let isOver = false;
      void waiting.then(() => {
        isOver = true;
      });
      await clock.advance(499);
      expect(isOver).toBe(false);
      await eventually(clock, () => isOver);
      expect((await waiting).message).toContain('a');
      await store.transition('a', 'completed');
    });

    test('refuses a job that is not there, or is removed meanwhile', async () => {
      const { store } = await open();
      await refused(store.waitFor('a', 'queued'), 'JOB_MISSING');
      await store.create({ id: 'a', type: 't' });
      const waiting = refused(store.waitFor('a', 'completed'), 'JOB_MISSING');
      await store.remove('a');
      await waiting;
    });

    test('refuses to wait for nothing, for what is no status, or for no length of time', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      await refused(store.waitFor('a', []), 'JOB_VALUE');
      await refused(store.waitFor('a', 'done' as 'completed'), 'JOB_VALUE');
      for (const timeout of [-1, Number.NaN]) {
        await refused(store.waitFor('a', 'completed', { timeout }), 'JOB_VALUE');
      }
    });

    test('ends when the store is closed', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const waiting = refused(store.waitFor('a', 'completed'), 'STORE_CLOSED');
      await store.close();
      await waiting;
    });
  });

  describe('listeners', () => {
    test('hear of each change, in order, from state to state', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'before', type: 't' });
      await clock.advance(1000);
      const { changes } = listening(store);
      const created = await store.create({ id: 'a', type: 't' });
      const active = await store.transition('a', 'active');
      await store.transition('a', 'active');
      await refused(store.update('a', { data: 1 }, { ifVersion: 9 }), 'JOB_CONFLICT');
      await store.create({ id: 'b', type: 't' });
      const done = await store.transition('a', 'completed');
      await store.remove('a');
      await eventually(clock, () => changes().length >= 5);
      const ofA = changes().filter(({ id }) => id === 'a');
      expect(ofA.map(({ before, job }) => [before, job])).toEqual([
        [null, created],
        [created, active],
        [active, done],
        [done, null],
      ]);
      expect(changes().map(({ id }) => id)).toEqual(['a', 'a', 'b', 'a', 'a']);
      const lsns = changes().map(({ lsn }) => lsn);
      expect(lsns).toEqual([...new Set(lsns)].sort((a, b) => a - b));
      expect((await store.health()).lsn).toBeGreaterThanOrEqual(lsns.at(-1)!);
    });

    test('hear at most 10 times a second, and miss nothing', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'a', type: 't', data: -1 });
      await clock.advance(1000);
      const { batches, changes } = listening(store);
      for (let data = 0; data < 100; data++) {
        await store.update('a', { data });
        await clock.advance(10);
      }
      // 1 s has passed: one call at its start, and 10 more.
      expect(batches.length).toBeLessThanOrEqual(11);
      await eventually(clock, () => changes().length >= 100);
      const values = changes().map(({ job }) => job?.data);
      expect(values).toEqual(Array.from({ length: 100 }, (_, data) => data));
    });

    test('that are slow are not called again before they are done', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'a', type: 't' });
      let running = 0;
      let most = 0;
      const heard: JobChange[] = [];
      store.onChange(async (changes) => {
        most = Math.max(most, ++running);
        await clock.sleep(350);
        heard.push(...changes);
        running--;
      });
      for (let data = 1; data <= 30; data++) {
        await store.update('a', { data });
        await clock.advance(50);
      }
      await eventually(clock, () => heard.length >= 30);
      expect(most).toBe(1);
      expect(heard.map(({ job }) => job?.data)).toEqual(
        Array.from({ length: 30 }, (_, at) => at + 1),
      );
    });

    test('that throw or reject are told of, and hear the rest', async () => {
      const { store, clock } = await open();
      const heard: string[] = [];
      store.onChange((changes) => {
        heard.push(...changes.map(({ id }) => id));
        throw new Error('thrown by a listener');
      });
      store.onChange(() => Promise.reject(new Error('rejected by a listener')));
      await store.create({ id: 'a', type: 't' });
      await eventually(clock, () => heard.length === 1);
      await store.create({ id: 'b', type: 't' });
      await eventually(clock, () => heard.length === 2);
      expect(heard).toEqual(['a', 'b']);
      await eventually(clock, async () => {
        const messages = (await store.errorEvents()).map(({ message }) => message).join();
        return messages.includes('thrown by') && messages.includes('rejected by');
      });
    });

    test('do not stop each other, nor the store', async () => {
      const { store, clock } = await open();
      store.onChange(() => new Promise(() => undefined));
      const { changes } = listening(store);
      await store.create({ id: 'a', type: 't' });
      await eventually(clock, () => changes().length === 1);
      await store.create({ id: 'b', type: 't' });
      await eventually(clock, () => changes().length === 2);
      await clock.drive(store.close());
    });

    test('hear nothing after they ended, and may end twice', async () => {
      const { store, clock } = await open();
      const ended = listening(store);
      const other = listening(store);
      await store.create({ id: 'a', type: 't' });
      ended.end();
      ended.end();
      const heard = ended.changes().length;
      await store.create({ id: 'b', type: 't' });
      await eventually(clock, () => other.changes().length === 2);
      expect(ended.changes()).toHaveLength(heard);
    });

    test('hear the rest when the store is closed', async () => {
      const { store, clock } = await open();
      const { changes } = listening(store);
      for (const id of ['a', 'b', 'c']) await store.create({ id, type: 't' });
      // A batch may still be due a moment later.
      await clock.drive(store.close());
      expect(changes().map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    });

    test('can rebuild the jobs from what they hear', async () => {
      const { store, clock } = await open();
      const copy = new Map<string, unknown>();
      store.onChange((changes) => {
        for (const { id, before, job } of changes) {
          expect(copy.get(id) ?? null).toEqual(before);
          if (job === null) copy.delete(id);
          else copy.set(id, job);
        }
      });
      for (let round = 0; round < 5; round++) {
        for (const id of ['a', 'b', 'c']) {
          if (round === 0) await store.create({ id, type: 't' });
          else await store.update(id, { data: round });
        }
        store.updateLater('a', { progress: round / 10 });
        if (round === 2) await store.flush();
        await clock.advance(30);
      }
      await store.remove('b');
      await store.prune({});
      await clock.drive(store.close());
      expect([...copy.keys()].sort()).toEqual(['a', 'c']);
    });

    test('hear nothing of reads', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'a', type: 't' });
      await clock.advance(1000);
      const { changes } = listening(store);
      await contents(store);
      await store.get('a');
      await clock.advance(1000);
      expect(changes()).toEqual([]);
    });
  });
}
