import { describe, expect, test } from 'vitest';
import { type JobNow, mergePlan } from '../../../../src/engine/files/mergePlan.js';
import type { PendingUpdate } from '../../../../src/engine/files/recoveryFile.js';
import { log, put, remove, someRecovery } from './updates.js';

type Jobs = Readonly<Record<string, Partial<JobNow>>>;

function plan(updates: readonly PendingUpdate[], jobs: Jobs, merged: readonly string[] = []) {
  return mergePlan(someRecovery({ updates }), new Set(merged), (id) =>
    jobs[id] === undefined ? undefined : { version: 1, createdAt: 1000, lastLog: 0, ...jobs[id] },
  );
}

describe('one update', () => {
  test.each<[update: PendingUpdate, jobs: Jobs, why: string | undefined]>([
    [put(0), {}, undefined],
    [put(0), { a: {} }, 'a was created meanwhile'],
    [put(1), { a: {} }, undefined],
    [put(1), {}, 'a is no longer there'],
    [put(1), { a: { version: 2 } }, 'a is at version 2, the update was made to version 1'],
    [put(2), { a: { version: 1 } }, 'a is at version 1, the update was made to version 2'],
    [put(1), { a: { createdAt: 1001 } }, 'a is another job by now'],
    [remove(1), { a: {} }, undefined],
    [remove(1), {}, 'a is no longer there'],
    [remove(1), { a: { version: 2 } }, 'a is at version 2, the update was made to version 1'],
    [remove(1), { a: { createdAt: 1001 } }, 'a is another job by now'],
    [log(1), { a: {} }, undefined],
    [log(1), {}, 'there is no job a'],
    [log(1), { a: { lastLog: 1 } }, 'the log of a has 1 entries, so number 1 can’t be next'],
    [log(3), { a: { lastLog: 1 } }, 'the log of a has 1 entries, so number 3 can’t be next'],
  ])('%j on %j: %s', (update, jobs, why) => {
    expect(plan([update], jobs)).toEqual({
      kind: 'merge',
      apply: why === undefined ? [update] : [],
      refused: why === undefined ? [] : [{ update, why }],
    });
  });
});

describe('updates in a row', () => {
  test('build on each other', () => {
    const updates = [put(0), log(1), put(1), log(2), remove(2), put(0), log(1)];
    expect(plan(updates, {})).toEqual({ kind: 'merge', apply: updates, refused: [] });
  });

  test('after one that is refused are refused for that job, whatever version they were made to', () => {
    const updates = [put(1), put(0, { id: 'b' }), put(2), log(1), put(1, { id: 'b' })];
    // Somebody else's version 2 of `a` is not the one that the second update was made to.
    const merge = plan(updates, { a: { version: 2 } });
    expect(merge).toMatchObject({ apply: [updates[1], updates[4]] });
    expect(merge).toMatchObject({
      refused: [
        { update: updates[0] },
        { update: updates[2], why: 'an earlier update of a was refused' },
        { update: updates[3], why: 'an earlier update of a was refused' },
      ],
    });
  });

  test('after a log entry that is refused are made', () => {
    expect(plan([log(1), put(1)], { a: { lastLog: 1 } })).toMatchObject({ apply: [put(1)] });
  });
});

test('what is merged is not merged again', () => {
  expect(plan([put(0)], {}, ['000102'])).toEqual({ kind: 'merged' });
  expect(plan([put(0)], {}, ['000103'])).toMatchObject({ kind: 'merge' });
});
