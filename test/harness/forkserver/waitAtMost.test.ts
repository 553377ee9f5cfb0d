import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { waitAtMost } from '../../../harness/forkserver/waitAtMost.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => vi.useRealTimers());

test('what comes in time has come, and leaves no timer', async () => {
  expect(await waitAtMost(100, Promise.resolve('here'))).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('what does not come in time has not', async () => {
  const waited = waitAtMost(100, new Promise(() => undefined));
  await vi.advanceTimersByTimeAsync(100);
  expect(await waited).toBe(false);
});

test('what fails in time fails, and leaves no timer', async () => {
  await expect(waitAtMost(100, Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(vi.getTimerCount()).toBe(0);
});
