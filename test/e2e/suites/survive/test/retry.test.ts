import { expect, test } from 'vitest';

let tries = 0;

test('passes on the second try', { retry: 2 }, () => {
  tries += 1;
  expect(tries).toBe(2);
});

test('passes at once', { retry: 2 }, () => {
  expect(1).toBe(1);
});

test('never passes', { retry: 2 }, () => {
  expect(1).toBe(2);
});
