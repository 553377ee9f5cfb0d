import { describe, expect, test } from 'vitest';

test('runs', () => {
  expect(1).toBe(1);
});

test.skip('skipped', () => {
  expect(1).toBe(2);
});

test.todo('to do');

test.skipIf(true)('skipped by a condition', () => {
  expect(1).toBe(2);
});

test('skips itself', ({ skip }) => {
  skip();
});

test.fails('fails as it should', () => {
  expect(1).toBe(2);
});

describe.skip('skipped suite', () => {
  test('inside', () => {
    expect(1).toBe(2);
  });
});
