import { describe, expect, test } from 'vitest';
import { contents, eventually, expectSound, type OpenSubject, refused } from './subject.js';

/** What `track` and error events promise. */
export function tracking(open: OpenSubject): void {
  describe('trackers', () => {
    test('tell what happens in the order of the calls, awaited or not', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const tracker = store.track('a');
      expect(tracker.id).toBe('a');
      void tracker.active();
      void tracker.progress(0.5);
      void tracker.log({ message: 'half' });
      void tracker.progress(0.9);
      void tracker.completed({ ok: true });
      void tracker.log({ message: 'done', level: 'debug' });
      await tracker.settled();
      const job = (await store.get('a'))!;
      expect(job).toMatchObject({
        status: 'completed',
        progress: 0.9,
        result: { ok: true },
        version: 5,
      });
      expectSound(job);
      const logs = await store.logs('a');
      expect(logs.map(({ message, level }) => [message, level])).toEqual([
        ['half', 'info'],
        ['done', 'debug'],
      ]);
    });

    test('resolve with the job and the entry as they are then', async () => {
      const { store, clock } = await open();
      const { createdAt } = await store.create({ id: 'a', type: 't' });
      const tracker = store.track('a');
      expect(await tracker.active(createdAt + 5)).toMatchObject({
        status: 'active',
        startedAt: createdAt + 5,
      });
      expect(await tracker.progress(0.25)).toMatchObject({ progress: 0.25 });
      expect(await tracker.log({ message: 'm' })).toMatchObject({ number: 1, at: clock.now() });
      const done = await tracker.completed('r', createdAt + 9);
      expect(done).toMatchObject({ result: 'r', finishedAt: createdAt + 9 });
      expect(await tracker.active()).toEqual(done);
    });

    test('keep whatever a job threw', async () => {
      const { store } = await open();
      const thrown: readonly [unknown, object][] = [
        [
          Object.assign(new TypeError('broke'), { code: 'E_X' }),
          { message: 'broke', code: 'E_X', stack: expect.stringContaining('broke') },
        ],
        ['text', { message: 'text' }],
        [undefined, { message: expect.any(String) }],
        [{ message: 'plain' }, { message: expect.any(String) }],
        [null, { message: expect.any(String) }],
        [Object.create(null), { message: expect.any(String) }],
        [Object.assign(new Error('numbered'), { code: 7 }), { message: 'numbered' }],
      ];
      for (const [at, [error, kept]] of thrown.entries()) {
        await store.create({ id: `${at}`, type: 't' });
        const job = await store.track(`${at}`).failed(error);
        expect(job.status).toBe('failed');
        expect(job.error).toMatchObject(kept);
      }
    });

    test('tell of a cancellation', async () => {
      const { store } = await open();
      const { createdAt } = await store.create({ id: 'a', type: 't' });
      const job = await store.track('a').cancelled(createdAt + 1);
      expect(job).toMatchObject({ status: 'cancelled', finishedAt: createdAt + 1 });
    });

    test('give a failure to who awaits it, and to nobody else', async () => {
      const { store, clock } = await open();
      await refused(store.track('none').active(), 'JOB_MISSING');
      await refused(store.track('none').log({ message: 'm' }), 'JOB_MISSING');
      await store.create({ id: 'a', type: 't' });
      await store.transition('a', 'completed');
      const tracker = store.track('a');
      const failing = tracker.failed('too late');
      await refused(failing, 'JOB_TRANSITION');
      await tracker.settled();
      await clock.advance(100);
      expect(await store.errorEvents()).toEqual([]);
    });

    test('give a failure which nobody awaits to the error events', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'a', type: 't' });
      const tracker = store.track('a');
      void tracker.completed();
      void tracker.failed('too late');
      await tracker.settled();
      await eventually(clock, async () => (await store.errorEvents()).length > 0);
      expect(await store.errorEvents()).toMatchObject([
        {
          code: 'JOB_TRANSITION',
          count: 1,
          resolvedAt: null,
          message: expect.stringContaining('a'),
        },
      ]);
      expect(await store.get('a')).toMatchObject({ status: 'completed' });
    });

    test('go on after a failure', async () => {
      const { store } = await open();
      const tracker = store.track('a');
      await refused(tracker.active(), 'JOB_MISSING');
      await store.create({ id: 'a', type: 't' });
      expect(await tracker.active()).toMatchObject({ status: 'active' });
    });

    test('are waited for by close', async () => {
      const { store, reopen } = await open();
      await store.create({ id: 'a', type: 't' });
      const tracker = store.track('a');
      void tracker.active();
      void tracker.completed('r');
      if (!reopen) return await store.close();
      expect(await (await reopen()).get('a')).toMatchObject({ status: 'completed', result: 'r' });
    });

    test('settle at once when nothing was told', async () => {
      const { store } = await open();
      const before = await contents(store);
      await store.track('none').settled();
      expect(await contents(store)).toEqual(before);
    });
  });

  describe('error events', () => {
    test('count what comes again, until it is resolved', async () => {
      const { store, clock } = await open();
      const fail = async (id: string, events: number, count: number) => {
        void store.track(id).active();
        await eventually(clock, async () => {
          const all = await store.errorEvents();
          return (
            all.length === events &&
            all.some((event) => event.count === count && event.message.includes(id))
          );
        });
      };
      await fail('first', 1, 1);
      await fail('first', 1, 2);
      await fail('other', 2, 1);
      const [event] = (await store.errorEvents()).filter(({ count }) => count === 2);
      expect(event).toMatchObject({ code: 'JOB_MISSING', resolvedAt: null });
      expect(event!.lastAt).toBeGreaterThanOrEqual(event!.at);
      expect(await store.resolveErrorEvent(event!.id)).toBe(true);
      expect(await store.resolveErrorEvent(event!.id)).toBe(false);
      expect(await store.resolveErrorEvent(999)).toBe(false);
      expect(await store.errorEvents({ unresolved: true })).toMatchObject([{ count: 1 }]);
      const resolved = (await store.errorEvents()).find(({ id }) => id === event!.id);
      expect(resolved).toMatchObject({ count: 2, resolvedAt: expect.any(Number) });
      await fail('first', 3, 1);
      expect(await store.errorEvents({ limit: 2 })).toHaveLength(2);
      expect(await store.errorEvents({ limit: 0 })).toEqual([]);
      expect(await store.errorEvents({ unresolved: true })).toHaveLength(2);
      expect((await store.health()).lastError).toMatchObject({ code: 'JOB_MISSING' });
    });
  });
}
