import { describe, expect, test } from 'vitest';
import type { JobStore } from '../../../src/jobs/jobStore.js';
import { type OpenSubject, refused } from './subject.js';

const calls: Readonly<Record<string, (store: JobStore) => Promise<unknown>>> = {
  create: (store) => store.create({ id: 'b', type: 't' }),
  get: (store) => store.get('a'),
  list: (store) => store.list(),
  count: (store) => store.count(),
  update: (store) => store.update('a', { data: 1 }),
  transition: (store) => store.transition('a', 'active'),
  cancel: (store) => store.cancel('a'),
  remove: (store) => store.remove('a'),
  group: (store) => store.group([{ kind: 'remove', id: 'a' }]),
  flush: (store) => store.flush(),
  track: (store) => store.track('a').active(),
  waitFor: (store) => store.waitFor('a', 'queued'),
  appendLog: (store) => store.appendLog('a', { message: 'm' }),
  logs: (store) => store.logs('a'),
  recentLogs: (store) => store.recentLogs(1),
  prune: (store) => store.prune({}),
  checkpoint: (store) => store.checkpoint(),
  backup: (store) => store.backup(`${store.dir}-backup`),
  errorEvents: (store) => store.errorEvents(),
  resolveErrorEvent: (store) => store.resolveErrorEvent(1),
};

/** What `close` promises. */
export function closing(open: OpenSubject): void {
  describe('closing', () => {
    test.each(Object.entries(calls))('ends %s', async (_, call) => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      await store.close();
      await refused(call(store), 'STORE_CLOSED');
    });

    test('ends what throws at once', async () => {
      const { store } = await open();
      await store.close();
      const isClosed = expect.objectContaining({ code: 'STORE_CLOSED' });
      expect(() => store.updateLater('a', { data: 1 })).toThrow(isClosed);
      expect(() => store.onChange(() => undefined)).toThrow(isClosed);
    });

    test('is said by health', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      await store.close();
      expect(await store.health()).toMatchObject({ status: 'closed' });
    });

    test('twice, at once or later, is harmless', async () => {
      const { store } = await open();
      await Promise.all([store.close(), store.close()]);
      await store.close();
      await store[Symbol.asyncDispose]();
    });

    test('happens at the end of a scope', async () => {
      const { store } = await open();
      {
        await using scoped = store;
        await scoped.create({ id: 'a', type: 't' });
      }
      await refused(store.get('a'), 'STORE_CLOSED');
    });

    test('waits for what was asked for before', async () => {
      const { store, reopen } = await open();
      await store.create({ id: 'a', type: 't' });
      const writes = [
        store.update('a', { data: 1 }),
        store.appendLog('a', { message: 'm' }),
        store.create({ id: 'b', type: 't' }),
        store.group([{ kind: 'update', id: 'a', patch: { progress: 1 } }]),
      ];
      const closing = reopen === undefined ? store.close() : reopen();
      await Promise.all(writes);
      const again = await closing;
      if (again === undefined) return;
      expect(await again.get('a')).toMatchObject({ data: 1, progress: 1, version: 3 });
      expect(await again.count()).toBe(2);
      expect(await again.logs('a')).toHaveLength(1);
    });
  });
}
