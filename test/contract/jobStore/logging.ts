import { describe, expect, test } from 'vitest';
import type { NewLogEntry } from '../../../src/jobs/job.js';
import { contents, notJson, type OpenSubject, refused } from './subject.js';

const bad: readonly [what: string, entry: NewLogEntry][] = [
  ['another level', { message: 'm', level: 'loud' as 'info' }],
  ['no message', {} as NewLogEntry],
  ['a message that is no text', { message: 7 as unknown as string }],
  ['fields that JSON cannot say', { message: 'm', fields: notJson({ when: 1n }) }],
];

/** What job logs promise. */
export function logging(open: OpenSubject): void {
  describe('logs', () => {
    test('number the entries of each job from 1, without gaps', async () => {
      const { store } = await open();
      for (const id of ['a', 'b']) await store.create({ id, type: 't' });
      const entries = await Promise.all(
        ['a', 'b', 'a', 'a', 'b'].map((id) => store.appendLog(id, { message: `of ${id}` })),
      );
      expect(entries.map(({ jobId, number }) => `${jobId}${number}`)).toEqual([
        'a1',
        'b1',
        'a2',
        'a3',
        'b2',
      ]);
      expect(await store.logs('a')).toEqual(entries.filter(({ jobId }) => jobId === 'a'));
      expect(await store.logs('b')).toEqual(entries.filter(({ jobId }) => jobId === 'b'));
    });

    test('keep what was said, at which level, when', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'a', type: 't' });
      expect(await store.appendLog('a', { message: '' })).toEqual({
        jobId: 'a',
        number: 1,
        at: clock.now(),
        level: 'info',
        message: '',
        fields: null,
      });
      await clock.advance(5);
      const said = {
        message: 'ünï\u0000\ud83d\ude00\n',
        level: 'error',
        fields: { deep: [1, {}] },
      } as const;
      const entry = await store.appendLog('a', said);
      expect(entry).toEqual({ jobId: 'a', number: 2, at: clock.now(), ...said });
      for (const level of ['debug', 'warn'] as const) {
        expect(await store.appendLog('a', { message: 'm', level })).toMatchObject({ level });
      }
      expect((await store.logs('a'))[1]).toEqual(entry);
    });

    test('give the last so many, oldest first', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      for (const message of ['1', '2', '3', '4']) await store.appendLog('a', { message });
      const texts = async (limit: number): Promise<string> =>
        (await store.logs('a', { limit })).map(({ message }) => message).join('');
      expect(await texts(0)).toBe('');
      expect(await texts(1)).toBe('4');
      expect(await texts(3)).toBe('234');
      expect(await texts(99)).toBe('1234');
      await store.checkpoint();
      expect(await texts(3)).toBe('234');
      await store.appendLog('a', { message: '5' });
      expect(await texts(3)).toBe('345');
      expect(await texts(99)).toBe('12345');
    });

    test('of all jobs are given newest first', async () => {
      const { store } = await open();
      for (const id of ['a', 'b']) await store.create({ id, type: 't' });
      for (const at of [1, 2, 3, 4]) {
        await store.appendLog(at % 2 ? 'a' : 'b', { message: `${at}` });
        if (at === 2) await store.checkpoint();
      }
      const texts = async (limit: number): Promise<string> =>
        (await store.recentLogs(limit)).map(({ message }) => message).join('');
      expect(await texts(0)).toBe('');
      expect(await texts(3)).toBe('432');
      expect(await texts(99)).toBe('4321');
    });

    test('refuse a job that is not there', async () => {
      const { store } = await open();
      await refused(store.appendLog('a', { message: 'm' }), 'JOB_MISSING');
      expect(await store.logs('a')).toEqual([]);
    });

    test.each(bad)('refuse %s', async (_, entry) => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      await refused(store.appendLog('a', entry), 'JOB_VALUE');
      expect((await store.appendLog('a', { message: 'm' })).number).toBe(1);
    });

    test('leave the job as it is, and take entries after its end', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const job = await store.transition('a', 'completed');
      const { lsn } = await contents(store);
      await store.appendLog('a', { message: 'late' });
      expect(await store.get('a')).toEqual(job);
      expect((await contents(store)).lsn).toBeGreaterThan(lsn);
    });

    test('are not changed through objects that went in', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const fields = { n: 1 };
      const writing = store.appendLog('a', { message: 'm', fields });
      fields.n = 2;
      await writing;
      expect(await store.logs('a')).toMatchObject([{ fields: { n: 1 } }]);
    });
  });
}
