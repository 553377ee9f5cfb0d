import { describe, expect, test } from 'vitest';

test('adds', () => {
  expect(1 + 1).toBe(2);
});

describe('nested', () => {
  test('waits', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
  test('compares', () => {
    expect({ a: [1] }).toEqual({ a: [1] });
  });
});
