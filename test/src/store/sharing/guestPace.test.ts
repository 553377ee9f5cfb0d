import { beforeEach, describe, expect, test } from 'vitest';
import { GuestPace, type PacedGuest } from '../../../../src/store/sharing/guestPace.js';
import { type StoreClock, storeClock } from '../../../support/storeClock.js';

let clock: StoreClock;
let pace: GuestPace;
let commits: number;
const commit = (): void => {
  commits++;
};

beforeEach(() => {
  clock = storeClock();
  pace = new GuestPace(clock);
  commits = 0;
});

/** A guest with `writers` that write again as soon as they are answered. */
function keenGuest(writers = 1): PacedGuest {
  const guest = pace.enter();
  for (let n = 0; n < writers; n++) guest.answer();
  guest.hear(writers, true);
  return guest;
}

/** Whether a group was let go by now. */
async function isCommitted(): Promise<boolean> {
  await clock.turns();
  return commits > 0;
}

describe('a group', () => {
  test('is closed at once while no guest is there, or none is about to write', () => {
    expect(pace.holds(commit)).toBe(false);
    const guest = keenGuest();
    expect(pace.holds(commit)).toBe(false);
    guest.hear(1, false);
    guest.answer();
    expect(pace.holds(commit)).toBe(false);
    expect(clock.pending).toBe(0);
  });

  test('waits for the next writes of those whose last were just answered', async () => {
    const [one, two] = [keenGuest(), keenGuest()];
    one.answer();
    two.answer();
    expect(pace.holds(commit)).toBe(true);
    one.hear(2, true);
    expect(await isCommitted()).toBe(false);
    two.hear(2, true);
    expect(commits).toBe(0);
    expect(await isCommitted()).toBe(true);
    expect(pace.holds(commit)).toBe(false);
  });

  test('is let go by a guest that makes no further write', async () => {
    const guest = keenGuest();
    guest.answer();
    expect(pace.holds(commit)).toBe(true);
    guest.hear(2, false);
    expect(await isCommitted()).toBe(true);
  });

  test('is let go by a guest that goes away', async () => {
    const guest = keenGuest();
    guest.answer();
    expect(pace.holds(commit)).toBe(true);
    guest.leave();
    expect(await isCommitted()).toBe(true);
  });

  test('is not let go by a message that crossed the answer', async () => {
    const guest = keenGuest(2);
    guest.answer();
    guest.answer();
    expect(pace.holds(commit)).toBe(true);
    guest.hear(3, true);
    expect(await isCommitted()).toBe(false);
    guest.hear(4, true);
    expect(await isCommitted()).toBe(true);
  });

  test('is let go when the store closes', async () => {
    keenGuest().answer();
    expect(pace.holds(commit)).toBe(true);
    pace.end();
    expect(await isCommitted()).toBe(true);
    expect(pace.holds(commit)).toBe(false);
  });
});

describe('a guest that takes long', () => {
  test('is left behind after a millisecond', async () => {
    keenGuest().answer();
    expect(pace.holds(commit)).toBe(true);
    await clock.advance(0.9);
    expect(commits).toBe(0);
    await clock.advance(0.2);
    expect(commits).toBe(1);
    await clock.advance(10);
    expect([commits, clock.pending]).toEqual([1, 0]);
  });

  test('is waited for again once it was quick', async () => {
    const guest = keenGuest();
    guest.answer();
    pace.holds(commit);
    await clock.advance(2);
    guest.hear(2, true);
    guest.answer();
    expect(pace.holds(commit)).toBe(false);
    guest.hear(3, true);
    guest.answer();
    expect(pace.holds(commit)).toBe(true);
  });

  test('holds no later group for less than its time', async () => {
    const guest = keenGuest();
    guest.answer();
    pace.holds(commit);
    await clock.advance(0.5);
    guest.hear(2, true);
    await clock.turns();
    expect(commits).toBe(1);
    guest.answer();
    expect(pace.holds(commit)).toBe(true);
    await clock.advance(0.7);
    expect(commits).toBe(1);
    await clock.advance(0.4);
    expect(commits).toBe(2);
  });
});

test('turns of the event loop are waited for while guests speak', async () => {
  const guest = pace.enter();
  expect(pace.isShared).toBe(false);
  guest.speak();
  expect(pace.isShared).toBe(true);
  await clock.advance(60);
  expect(pace.isShared).toBe(false);
});
