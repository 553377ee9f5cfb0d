import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/errors.js';
import type { GroupStep } from '../../../src/jobs/jobStore.js';
import { contents, eventually, listening, notJson, type OpenSubject, refused } from './subject.js';

/** Steps that fail after one that would have worked. */
const refusals: readonly [what: string, code: ErrorCode, step: GroupStep][] = [
  ['an id that is taken', 'JOB_EXISTS', { kind: 'create', id: 'there', type: 't' }],
  ['an id taken inside the group', 'JOB_EXISTS', { kind: 'create', id: 'new', type: 't' }],
  ['a bad id', 'JOB_ID', { kind: 'create', id: '../x', type: 't' }],
  ['a bad value', 'JOB_VALUE', { kind: 'create', id: 'x', type: 't', data: notJson(1n) }],
  ['an update of none', 'JOB_MISSING', { kind: 'update', id: 'none', patch: {} }],
  ['a move of none', 'JOB_MISSING', { kind: 'transition', id: 'none', to: 'active' }],
  ['an entry of none', 'JOB_MISSING', { kind: 'log', id: 'none', message: 'm' }],
  ['a bad entry', 'JOB_VALUE', { kind: 'log', id: 'there', message: 'm', level: 'loud' as 'info' }],
  [
    'another version',
    'JOB_CONFLICT',
    { kind: 'update', id: 'there', patch: { data: 1 }, ifVersion: 1 },
  ],
  ['another version to remove', 'JOB_CONFLICT', { kind: 'remove', id: 'there', ifVersion: 1 }],
  ['a contradiction', 'JOB_TRANSITION', { kind: 'transition', id: 'there', to: 'failed' }],
];

/** What `group` promises. */
export function grouping(open: OpenSubject): void {
  describe('groups', () => {
    test('take effect as a whole and answer in the order of their steps', async () => {
      const { store, clock } = await open();
      await store.create({ id: 'old', type: 't' });
      const answers = await store.group([
        { kind: 'create', id: 'a', type: 't', data: 1 },
        { kind: 'update', id: 'a', patch: { progress: 0.5 }, ifVersion: 1 },
        { kind: 'transition', id: 'a', to: 'completed', result: 'r', ifVersion: 2 },
        { kind: 'log', id: 'a', message: 'done', level: 'warn', fields: { n: 1 } },
        { kind: 'remove', id: 'old', ifVersion: 1 },
        { kind: 'remove', id: 'never' },
        { kind: 'create', id: 'old', type: 'u' },
      ]);
      const entry = { jobId: 'a', number: 1, at: clock.now(), level: 'warn', message: 'done' };
      expect(answers).toMatchObject([
        { id: 'a', version: 1, progress: null },
        { id: 'a', version: 2, progress: 0.5 },
        { id: 'a', version: 3, status: 'completed', result: 'r' },
        { ...entry, fields: { n: 1 } },
        true,
        false,
        { id: 'old', version: 1, type: 'u' },
      ]);
      expect(await store.get('a')).toEqual(answers[2]);
      expect(await store.logs('a')).toEqual([answers[3]]);
      expect(await store.list()).toEqual([answers[2], answers[6]]);
    });

    test.each(refusals)('are undone as a whole by %s', async (_, code, step) => {
      const { store, clock } = await open();
      await store.create({ id: 'there', type: 't' });
      await store.transition('there', 'completed');
      await store.appendLog('there', { message: 'first' });
      const { changes } = listening(store);
      const before = await contents(store);
      const steps: GroupStep[] = [
        { kind: 'create', id: 'new', type: 't' },
        { kind: 'update', id: 'there', patch: { data: 'changed' } },
        { kind: 'log', id: 'there', message: 'second' },
        { kind: 'remove', id: 'there' },
        { kind: 'create', id: 'there', type: 't' },
        { kind: 'transition', id: 'there', to: 'completed' },
        step,
        { kind: 'create', id: 'after', type: 't' },
      ];
      // The version that the step presumes wrongly must be another one than the new job's.
      if (code === 'JOB_CONFLICT') steps.splice(3, 3);
      await refused(store.group(steps), code);
      expect(await contents(store)).toEqual(before);
      expect(await store.logs('there')).toMatchObject([{ number: 1, message: 'first' }]);
      expect((await store.appendLog('there', { message: 'next' })).number).toBe(2);
      expect(await store.create({ id: 'new', type: 't' })).toMatchObject({ version: 1 });
      await eventually(clock, () => changes().length > 0);
      expect(changes().map(({ id }) => id)).toEqual(['new']);
    });

    test('of no steps do nothing', async () => {
      const { store } = await open();
      const before = await contents(store);
      expect(await store.group([])).toEqual([]);
      expect(await contents(store)).toEqual(before);
    });

    test('whose steps are all absorbed do nothing', async () => {
      const { store } = await open();
      await store.create({ id: 'a', type: 't' });
      const job = await store.transition('a', 'completed');
      const before = await contents(store);
      const answers = await store.group([
        { kind: 'transition', id: 'a', to: 'active' },
        { kind: 'update', id: 'a', patch: { progress: 0.1 } },
      ]);
      expect(answers).toEqual([job, job]);
      expect(await contents(store)).toEqual(before);
    });

    test('make up an id of its own for each job without one', async () => {
      const { store } = await open();
      const answers = await store.group([
        { kind: 'create', type: 't' },
        { kind: 'create', type: 't' },
      ]);
      expect(await store.list()).toEqual(answers);
      expect(new Set((await store.list()).map(({ id }) => id)).size).toBe(2);
    });

    test('reach listeners in one piece', async () => {
      const { store, clock } = await open();
      const { batches, changes } = listening(store);
      const ids = Array.from({ length: 20 }, (_, at) => `${at}`);
      await store.create({ id: 'first', type: 't' });
      await store.group(ids.map((id) => ({ kind: 'create', id, type: 't' })));
      await eventually(clock, () => changes().length >= 21);
      const whole = batches.filter((batch) => ids.some((id) => batch.some((one) => one.id === id)));
      expect(whole).toHaveLength(1);
    });
  });
}
