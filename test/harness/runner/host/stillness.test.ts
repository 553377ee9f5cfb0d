import { describe, expect, test } from 'vitest';
import { type AtHand, lookMs, Stillness } from '../../../../harness/runner/host/stillness.js';

const waiting: AtHand = { fileUnderWay: false, calledOff: false };
const teardownMs = 11_000;

/** Looks until it is too long, and tells after how many ms that was. */
function silenceUntilTold(stillness: Stillness, at: AtHand = waiting): number {
  for (let ms = lookMs; ms < 3 * 3_600_000; ms += lookMs) {
    if (stillness.look(at) !== null) return ms;
  }
  return Number.POSITIVE_INFINITY;
}

describe('nothing happens', () => {
  test('between files: told after three minutes and a teardown', () => {
    const stillness = new Stillness(teardownMs);
    stillness.begins();
    stillness.stirred();
    expect(silenceUntilTold(stillness)).toBe(180_000 + teardownMs + lookMs);
  });

  test('before the first worker: a set-up has half an hour', () => {
    const stillness = new Stillness(teardownMs);
    stillness.begins();
    expect(silenceUntilTold(stillness)).toBe(30 * 60_000 + teardownMs + lookMs);
  });

  test('in a run that was called off: told after the time to end its workers', () => {
    const stillness = new Stillness(teardownMs);
    stillness.begins();
    const calledOff = { fileUnderWay: true, calledOff: true };
    expect(silenceUntilTold(stillness, calledOff)).toBe(15_000 + teardownMs + lookMs);
  });

  test('while a file is under way: its worker has limits of its own', () => {
    const stillness = new Stillness(teardownMs);
    stillness.stirred();
    const busy = { fileUnderWay: true, calledOff: false };
    expect(silenceUntilTold(stillness, busy)).toBe(Number.POSITIVE_INFINITY);
  });
});

test('whatever happens begins the count anew', () => {
  const stillness = new Stillness(0);
  stillness.stirred();
  const looks = 180_000 / lookMs;
  for (let look = 0; look < looks; look++) expect(stillness.look(waiting)).toBeNull();
  stillness.stirred();
  for (let look = 0; look < looks; look++) expect(stillness.look(waiting)).toBeNull();
  expect(stillness.look(waiting)).toBe(180_000);
});
