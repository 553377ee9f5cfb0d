import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2020-02-02T00:00:00Z') });
});

afterEach(() => {
  vi.useRealTimers();
});

test('time stands still', () => {
  expect(new Date().toISOString()).toBe('2020-02-02T00:00:00.000Z');
});

test('timers wait to be advanced', () => {
  const seen: number[] = [];
  setInterval(() => seen.push(Date.now()), 60_000);
  vi.advanceTimersByTime(180_000);
  expect(seen).toHaveLength(3);
});

test('left fake on purpose', () => {
  vi.setSystemTime(0);
  expect(Date.now()).toBe(0);
});
