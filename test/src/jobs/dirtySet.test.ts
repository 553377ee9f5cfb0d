import { expect, test } from 'vitest';
import { DirtySet, type RefusedUpdate } from '../../../src/jobs/dirtySet.js';
import type { KeptPatch } from '../../../src/jobs/patch.js';
import { storeClock } from '../../support/storeClock.js';

function aSet() {
  const clock = storeClock();
  const written: (readonly [string, KeptPatch])[][] = [];
  const failures: unknown[] = [];
  /** What the next writes do; durable at once when it says nothing. */
  const outcomes: (() => Promise<readonly RefusedUpdate[]>)[] = [];
  const set = new DirtySet({
    clock,
    flushMs: 100,
    write: (updates) => {
      written.push([...updates]);
      return outcomes.shift()?.() ?? Promise.resolve([]);
    },
    onFailure: (error) => failures.push(error),
  });
  return { clock, written, failures, outcomes, set };
}

test('updates are written together after a while, the last value of each member wins', async () => {
  const { clock, written, set } = aSet();
  set.note('a', { progress: 0.1, data: 1 });
  set.note('b', { progress: 0.2 });
  set.note('a', { progress: 0.3 });
  await clock.advance(99);
  expect(written).toEqual([]);
  await clock.advance(1);
  expect(written).toEqual([
    [
      ['a', { progress: 0.3, data: 1 }],
      ['b', { progress: 0.2 }],
    ],
  ]);
  await clock.advance(1000);
  expect(written.length).toBe(1);
});

test('a flush writes at once, and nothing when there is nothing', async () => {
  const { clock, written, set } = aSet();
  await set.flush();
  set.note('a', { data: 1 });
  await set.flush();
  expect(written).toEqual([[['a', { data: 1 }]]]);
  expect(clock.pending).toBe(0);
});

test('a flush waits for the one under way, and writes what came meanwhile', async () => {
  const { clock, written, outcomes, set } = aSet();
  let end = (): void => {};
  outcomes.push(
    () =>
      new Promise((resolve) => {
        end = () => resolve([]);
      }),
  );
  set.note('a', { data: 1 });
  const first = set.flush();
  set.note('a', { progress: 1 });
  expect([...set.updates]).toEqual([['a', { data: 1, progress: 1 }]]);
  const second = set.flush();
  await clock.turns();
  expect(written.length).toBe(1);
  end();
  await Promise.all([first, second]);
  expect(written[1]).toEqual([['a', { progress: 1 }]]);
  expect(set.updates.size).toBe(0);
});

test('a flush that fails says so and keeps everything, newer values first', async () => {
  const { written, outcomes, set } = aSet();
  outcomes.push(async () => {
    set.note('a', { progress: 0.9 });
    throw new Error('disk');
  });
  set.note('a', { progress: 0.1, data: 1 });
  await expect(set.flush()).rejects.toThrow('disk');
  expect([...set.updates]).toEqual([['a', { progress: 0.9, data: 1 }]]);
  await set.flush();
  expect(written[1]).toEqual([['a', { progress: 0.9, data: 1 }]]);
});

test('after a failure it tries again by itself, more and more seldom', async () => {
  const { clock, written, failures, outcomes, set } = aSet();
  for (let n = 0; n < 3; n++) outcomes.push(() => Promise.reject(new Error(`disk ${n}`)));
  set.note('a', { data: 1 });
  await clock.advance(100);
  expect([written.length, failures.length]).toEqual([1, 1]);
  await clock.advance(199);
  expect(written.length).toBe(1);
  await clock.advance(1);
  expect(written.length).toBe(2);
  await clock.advance(400);
  await clock.advance(800);
  expect([written.length, failures.length]).toEqual([4, 3]);
  expect(clock.pending).toBe(0);
});

test('an update whose job is gone is dropped and told, the others are written', async () => {
  const { outcomes, set } = aSet();
  outcomes.push(async () => [{ id: 'a', error: new Error('no job a') }]);
  set.note('a', { data: 1 });
  set.note('b', { data: 1 });
  await expect(set.flush()).rejects.toThrow('no job a');
  expect(set.updates.size).toBe(0);
});

test('stopped, it keeps what is noted and sets no timer off', async () => {
  const { clock, written, set } = aSet();
  set.note('a', { data: 1 });
  set.stop();
  await clock.advance(1000);
  expect([written.length, set.updates.size]).toEqual([0, 1]);
});
