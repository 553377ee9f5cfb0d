import { expect, test } from 'vitest';

let times = 0;

test('repeats and passes', { repeats: 2 }, () => {
  expect(1).toBe(1);
});

test('repeats and fails once', { repeats: 2 }, () => {
  times += 1;
  expect(times).not.toBe(2);
});
