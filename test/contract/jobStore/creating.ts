import { describe, expect, test } from 'vitest';
import type { Json, NewJob } from '../../../src/jobs/job.js';
import { contents, expectSound, notJson, type OpenSubject, refused } from './subject.js';

const goodIds = [
  'a',
  'A',
  '0',
  'hunts/2026-01-02/run/7',
  'with space',
  '...',
  'a..b',
  '..a/b.',
  '-',
  'ünïcödé',
  '職務',
  '😀'.repeat(100),
  'x'.repeat(256),
  '__proto__',
  'constructor',
  'toString',
  'a\\b',
  '\u2028',
  '<script>',
];

const badIds = [
  '',
  'x'.repeat(257),
  'a\0b',
  'a\nb',
  '\t',
  'a\u007f',
  '.',
  '..',
  '../a',
  'a/..',
  'a/../b',
  'a/./b',
  '\ud800',
  'a\udc00b',
];

const cycle: { self?: unknown } = {};
cycle.self = cycle;

const withHole = new Array<number>(2);

class Point {
  readonly x = 1;
}

/** With where in the value the trouble is. */
const badData: readonly [what: string, data: unknown, where: string][] = [
  ['undefined inside', { a: undefined }, 'data.a'],
  ['a function', { items: [0, { when: () => 0 }] }, 'data.items[1].when'],
  ['a symbol', [Symbol('s')], 'data[0]'],
  ['a BigInt', { big: 1n }, 'data.big'],
  ['NaN', { deep: { n: Number.NaN } }, 'data.deep.n'],
  ['Infinity', [[Number.POSITIVE_INFINITY]], 'data[0][0]'],
  ['a cycle', { a: cycle }, 'data.a'],
  ['a Map', { m: new Map() }, 'data.m'],
  ['an instance of a class', { p: new Point() }, 'data.p'],
  ['a typed array', { b: new Uint8Array(2) }, 'data.b'],
  ['a hole', { list: withHole }, 'data.list[0]'],
  ['a key __proto__', JSON.parse('{ "a": { "__proto__": 1 } }'), 'data.a'],
];

/** Data that must come back as it went in. */
const goodData: readonly Json[] = [
  null,
  false,
  0,
  -1.5,
  1e308,
  5e-324,
  2 ** 53 - 1,
  '',
  'text with "quotes", \\ and \u0000 and \u2028',
  '\ud83d\ude00 and half of it: \ud83d',
  [],
  {},
  { '': '', ' ': [[], [{}]], constructor: 1, toString: null, '0': 'zero' },
  [null, [true, [1, ['x']]]],
];

/** What `create` and `get` promise. */
export function creating(open: OpenSubject): void {
  describe('creating', () => {
    test('makes a queued job of version 1 to which nothing has happened', async () => {
      const { store, clock } = await open();
      const job = await store.create({ id: 'a', type: 'mail' });
      expect(job).toEqual({
        id: 'a',
        type: 'mail',
        status: 'queued',
        progress: null,
        version: 1,
        createdAt: clock.now(),
        updatedAt: clock.now(),
        startedAt: null,
        finishedAt: null,
        cancelRequestedAt: null,
        parent: null,
        data: null,
        result: null,
        error: null,
      });
      expect(await store.get('a')).toEqual(job);
    });

    test('keeps type, parent and data as they were given', async () => {
      const { store } = await open();
      await store.create({ id: 'p', type: 't'.repeat(128) });
      const given = { id: 'c', type: 'übung 1', parent: 'p', data: { list: [1, 'x'] } };
      expect(await store.create(given)).toMatchObject(given);
      expect(await store.get('p')).toMatchObject({ type: 't'.repeat(128), parent: null });
    });

    test('keeps every value that JSON can say', async () => {
      const { store } = await open();
      for (const [at, data] of goodData.entries()) {
        await store.create({ id: `${at}`, type: 't', data });
      }
      for (const [at, data] of goodData.entries()) {
        expect((await store.get(`${at}`))?.data).toEqual(data);
      }
    });

    test('makes up an id of its own for each job without one', async () => {
      const { store } = await open();
      const jobs = await Promise.all([1, 2, 3].map(() => store.create({ type: 't' })));
      expect(new Set(jobs.map(({ id }) => id)).size).toBe(3);
      for (const job of jobs) expect(await store.get(job.id)).toEqual(job);
    });

    test('takes ids of every kind that no file system or terminal trips over', async () => {
      const { store } = await open();
      for (const id of goodIds) await store.create({ id, type: 't' });
      for (const id of goodIds) expect((await store.get(id))?.id).toBe(id);
      expect((await store.list()).map(({ id }) => id)).toEqual(goodIds);
    });

    test('refuses other ids, also as a parent', async () => {
      const { store } = await open();
      for (const id of badIds) {
        await refused(store.create({ id, type: 't' }), 'JOB_ID');
        await refused(store.create({ id: 'good', type: 't', parent: id }), 'JOB_ID');
      }
      await refused(store.create({ id: notJson(7) as string, type: 't' }), 'JOB_ID');
      expect(await store.count()).toBe(0);
    });

    test('refuses them wherever something is written', async () => {
      const { store } = await open();
      for (const id of ['', '../a', 'a\0']) {
        await refused(store.update(id, { data: 1 }), 'JOB_ID');
        await refused(store.transition(id, 'active'), 'JOB_ID');
        await refused(store.cancel(id), 'JOB_ID');
        await refused(store.remove(id), 'JOB_ID');
        await refused(store.appendLog(id, { message: 'm' }), 'JOB_ID');
        await refused(store.group([{ kind: 'remove', id }]), 'JOB_ID');
      }
    });

    test('refuses a type that is empty, too long or no text', async () => {
      const { store } = await open();
      for (const type of ['', 'x'.repeat(129), 'a\nb', '\ud800', notJson(undefined), notJson(3)]) {
        await refused(store.create({ id: 'a', type: type as string }), 'JOB_VALUE');
      }
      expect(await store.count()).toBe(0);
    });

    test.each(badData)('refuses data that JSON cannot say: %s', async (_, data, where) => {
      const { store } = await open();
      const error = await refused(
        store.create({ id: 'a', type: 't', data: notJson(data) }),
        'JOB_VALUE',
      );
      expect(error.message).toContain(where);
      expect(await store.get('a')).toBeUndefined();
    });

    test('refuses an id that is taken, and leaves the job that has it', async () => {
      const { store } = await open();
      const first = await store.create({ id: 'a', type: 't', data: 1 });
      const error = await refused(store.create({ id: 'a', type: 'u', data: 2 }), 'JOB_EXISTS');
      expect(error.message).toContain('a');
      expect(await store.list()).toEqual([first]);
    });

    test('lets one of several win who take the same id at once', async () => {
      const { store } = await open();
      const tries = [1, 2, 3].map((data) => store.create({ id: 'a', type: 't', data }));
      const ends = await Promise.allSettled(tries);
      expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect((await store.get('a'))?.data).toBe(1);
    });

    test('refuses what is larger than a record may be, and stays as it is', async () => {
      const { store } = await open({ recordBytes: 10_000 });
      await refused(
        store.create({ id: 'a', type: 't', data: 'x'.repeat(20_000) }),
        'JOB_TOO_LARGE',
      );
      expect(await store.get('a')).toBeUndefined();
      const job = await store.create({ id: 'a', type: 't', data: 'x'.repeat(5_000) });
      await refused(store.update('a', { result: 'x'.repeat(20_000) }), 'JOB_TOO_LARGE');
      expect(await store.get('a')).toEqual(job);
    });

    test('is not changed through objects that went in or came out', async () => {
      const { store } = await open();
      const given = { list: [1], inner: { n: 1 } };
      const job = await store.create({ id: 'a', type: 't', data: given });
      given.list.push(2);
      given.inner.n = 2;
      const asKept = { ...job, data: { list: [1], inner: { n: 1 } } };
      expect(await store.get('a')).toEqual(asKept);
      const out = (await store.get('a')) as unknown as { data: typeof given };
      // Either it is frozen, or it is a copy.
      Reflect.set(out, 'status', 'failed');
      Reflect.set(out.data.inner, 'n', 3);
      Reflect.set(out.data.list, 0, 3);
      expect(await store.get('a')).toEqual(asKept);
    });

    test('knows nothing of a job that nobody created', async () => {
      const { store } = await open();
      expect(await store.get('a')).toBeUndefined();
      await store.create({ id: 'a', type: 't' });
      for (const id of ['A', 'a ', 'aa', '', '__proto__']) {
        expect(await store.get(id)).toBeUndefined();
      }
    });

    test('ends sound whatever the clock does', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'a', type: 't' });
      clock.jump(-3_600_000);
      const job = await store.update('a', { data: 1 });
      expectSound(job);
      expectSound(await store.transition('a', 'active'));
      clock.jump(-3_600_000);
      expectSound(await store.transition('a', 'completed'));
    });

    test('refuses before it does anything else', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const before = await contents(store);
      const bad = { id: 'b', type: 't', data: notJson(1n) } satisfies NewJob;
      await refused(store.create(bad), 'JOB_VALUE');
      await refused(store.create({ ...bad, id: 'a' }), 'JOB_VALUE');
      expect(await contents(store)).toEqual(before);
    });
  });
}
