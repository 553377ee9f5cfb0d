import { afterEach, expect, test, vi } from 'vitest';
import { nodeClock } from '../../../src/node/nodeClock.js';

afterEach(() => {
  vi.useRealTimers();
});

test('a sleep is never shorter than asked for', async () => {
  const clock = nodeClock();
  for (const delay of [0, 0.4, 1, 1.5, 3]) {
    const before = clock.elapsed();
    await clock.sleep(delay);
    expect(clock.elapsed() - before).toBeGreaterThanOrEqual(delay);
  }
});

test('what is called off is not called', async () => {
  const clock = nodeClock();
  const called: string[] = [];
  const cancel = clock.after(0, () => called.push('cancelled'));
  clock.after(1, () => called.push('kept'));
  cancel();
  cancel();
  await clock.sleep(5);
  expect(called).toEqual(['kept']);
});

test('what is longer than Node’s timers can wait does not come at once', async () => {
  const clock = nodeClock();
  let called = false;
  const cancel = clock.after(2 ** 31, () => {
    called = true;
  });
  await clock.sleep(5);
  cancel();
  expect(called).toBe(false);
});

test('soon is after the microtasks of the turn', async () => {
  const order: string[] = [];
  await new Promise<void>((done) => {
    nodeClock().soon(() => {
      order.push('soon');
      done();
    });
    void Promise.resolve()
      .then(() => order.push('first microtask'))
      .then(() => order.push('second'));
  });
  expect(order).toEqual(['first microtask', 'second', 'soon']);
});

test('goes on while the globals are faked', async () => {
  vi.useFakeTimers({ now: 0 });
  const clock = nodeClock();
  await clock.sleep(1);
  expect(clock.now()).toBeGreaterThan(0);
});
