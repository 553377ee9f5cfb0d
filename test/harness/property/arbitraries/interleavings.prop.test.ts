import fc, { type Scheduler } from 'fast-check';
import { expect, test } from 'vitest';
import {
  interleaving,
  interleavings,
} from '../../../../harness/property/arbitraries/interleavings.js';
import { printedCounterexample } from './printedCounterexample.js';

/** The order in which tasks 0, 1, 2 … all waiting at once are completed. */
async function orderOf(scheduler: Scheduler, tasks = 4): Promise<number[]> {
  const order: number[] = [];
  for (let task = 0; task < tasks; task++) {
    void scheduler.schedule(Promise.resolve(), `task ${task}`).then(() => order.push(task));
  }
  await scheduler.waitAll();
  return order;
}

test.each([
  [[], [0, 1, 2, 3]],
  [[1], [1, 0, 2, 3]],
  [
    [3, 2, 1],
    [3, 2, 1, 0],
  ],
  [
    [4, 0, 1],
    [0, 1, 3, 2],
  ],
])('the decisions %j complete tasks in the order %j', async (decisions, order) => {
  expect(await orderOf(interleaving(decisions))).toEqual(order);
});

test('a task that waits alone takes no decision', async () => {
  const scheduler = interleaving([1]);
  const order: string[] = [];
  const schedule = (name: string): void =>
    void scheduler.schedule(Promise.resolve()).then(() => order.push(name));
  schedule('alone');
  await scheduler.waitAll();
  schedule('first');
  schedule('second');
  await scheduler.waitAll();
  expect(order).toEqual(['alone', 'second', 'first']);
});

test('every order of three tasks comes up', async () => {
  const schedulers = fc.sample(interleavings(), { numRuns: 200, seed: 1 });
  const orders = await Promise.all(schedulers.map((s) => orderOf(s, 3)));
  expect(new Set(orders.map(String)).size).toBe(6);
});

test('shrinks to the one decision that matters, and prints the order it made', async () => {
  const overtaken = async (s: Scheduler): Promise<boolean> => {
    const order = await orderOf(s);
    return order.indexOf(2) < order.indexOf(1);
  };
  expect(await printedCounterexample(interleavings(), overtaken)).toBe(
    [
      'interleaving([2])',
      '  // resolved: task 2',
      '  // resolved: task 0',
      '  // resolved: task 1',
      '  // resolved: task 3',
    ].join('\n'),
  );
});

test('what is printed makes the same order again', async () => {
  await fc.assert(
    fc.asyncProperty(interleavings(), async (scheduler) => {
      const order = await orderOf(scheduler);
      const code = fc.stringify(scheduler);
      const again: Scheduler = new Function('interleaving', `return ${code}`)(interleaving);
      expect(await orderOf(again)).toEqual(order);
    }),
    { seed: 1 },
  );
});

test.each([{ maxDecisions: -1 }, { maxJump: 1.5 }])('refuses %j', (constraints) => {
  expect(() => interleavings(constraints)).toThrow(
    expect.objectContaining({ code: 'PROPERTY_CONSTRAINT' }),
  );
});
