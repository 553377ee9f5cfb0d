import { test } from 'flakehound';
import { expect } from 'vitest';
import { retry } from './retry.js';

const alwaysBusy = async () => {
  throw new Error('busy');
};

test('each wait is twice the one before', async ({ clock }) => {
  await expect(clock.drive(retry(alwaysBusy, 4, clock.sleep))).rejects.toThrow('busy');

  expect(clock.sleeps).toEqual([10, 20, 40]);
});

test('so it is with the timers that retry takes when it is given none', async ({ clock }) => {
  clock.install();
  const calledAt: number[] = [];

  await expect(
    clock.drive(
      retry(async () => {
        calledAt.push(performance.now());
        throw new Error('busy');
      }, 4),
    ),
  ).rejects.toThrow('busy');

  expect(calledAt).toEqual([0, 10, 30, 70]);
});

test('a busy machine makes the measured ratio miss its margin, and not the waits', async ({
  clock,
}) => {
  const calledAt: number[] = [];
  const late = [0, 4, 1];
  const work = async () => {
    calledAt.push(clock.performance.now());
    throw new Error('busy');
  };
  const sleepLate = (ms: number) => clock.sleep(ms + (late[calledAt.length - 1] ?? 0));

  await expect(clock.drive(retry(work, 4, sleepLate))).rejects.toThrow('busy');

  const waits = calledAt.slice(1).map((at, i) => at - calledAt[i]!);
  expect(waits).toEqual([10, 24, 41]);
  expect(waits[2]! / waits[1]!).toBeLessThan(1.95); // What the flaky test calls a failure.
});
