import { expect, test } from 'vitest';
import { SteppedClock } from '../../../../harness/property/sweep/sweepClock.js';

/** Calls every timer in its turn; gives what was called and when. */
function runAll(clock: SteppedClock, called: string[]): string[] {
  while (clock.step());
  return called;
}

test('timers come in the order in which they fall due, those due together in the order set', () => {
  const clock = new SteppedClock();
  const called: string[] = [];
  for (const [name, ms] of Object.entries({ late: 30, first: 10, second: 10, soon: -5 })) {
    clock.setTimeout(() => called.push(`${name} at ${clock.now()}`), ms);
  }
  expect(clock.untilNextMs).toBe(0);
  expect(runAll(clock, called)).toEqual(['soon at 0', 'first at 10', 'second at 10', 'late at 30']);
  expect(clock.untilNextMs).toBeUndefined();
});

test('a timer that is cleared is never called', () => {
  const clock = new SteppedClock();
  const called: string[] = [];
  const timer = clock.setTimeout(() => called.push('cleared'), 5);
  clock.setTimeout(() => called.push('kept'), 6);
  clock.clearTimeout(timer);
  expect(runAll(clock, called)).toEqual(['kept']);
});

test('who blocks moves the clock, past timers that then are late', () => {
  const clock = new SteppedClock();
  const called: number[] = [];
  clock.setTimeout(() => called.push(clock.now()), 10);
  clock.block(25);
  expect(clock.untilNextMs).toBe(0);
  clock.step();
  expect(called).toEqual([25]);
});

test('a sleep ends when the clock gets there', async () => {
  const clock = new SteppedClock();
  const slept = clock.sleep(1000).then(() => clock.now());
  clock.step();
  expect(await slept).toBe(1000);
});

test('a file system waits on it, and may stop waiting', () => {
  const clock = new SteppedClock();
  const called: string[] = [];
  const stop = clock.timers.start(() => called.push('stopped'), { ms: 5, keepsAlive: true });
  clock.timers.start(() => called.push('done'), { ms: 9, keepsAlive: false });
  stop();
  clock.timers.block(1);
  expect(runAll(clock, called)).toEqual(['done']);
  expect(clock.now()).toBe(9);
});
