import { type FakeClock, test } from 'flakehound';
import { expect } from 'vitest';
import { startAutosave } from './autosave.js';

/** A save that takes 30 ms of the clock and is counted when it ends. */
function countedSave(clock: FakeClock) {
  const ended: number[] = [];
  const save = async () => {
    await clock.sleep(30);
    ended.push(clock.performance.now());
  };
  return { save, ended };
}

test('an autosave that nobody stops goes on for ever', async ({ clock }) => {
  clock.install();
  const { save, ended } = countedSave(clock);
  startAutosave(save, 1000);

  await clock.advance(3100);

  expect(ended).toEqual([1030, 2060, 3090]);
  expect(clock.pending).toBe(1); // This is what leaks into the next test.
});

test('a stopped one leaves no timer behind', async ({ clock }) => {
  clock.install();
  const { save, ended } = countedSave(clock);
  const running = startAutosave(save, 1000);
  await clock.advance(1500);

  await running.stop();

  expect(clock.pending).toBe(0);
  await clock.advance(10_000);
  expect(ended).toEqual([1030]);
});

test('stopping waits for the save under way', async ({ clock }) => {
  clock.install();
  const { save, ended } = countedSave(clock);
  const running = startAutosave(save, 1000);
  await clock.advance(1010);
  expect(ended).toEqual([]);

  await clock.drive(running.stop());

  expect(ended).toEqual([1030]);
  expect(clock.pending).toBe(0);
});
