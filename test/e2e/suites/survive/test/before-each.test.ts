import { afterEach, beforeEach, describe, expect, test } from 'vitest';

test('outside', () => {
  expect(1).toBe(1);
});

describe('with a bad beforeEach', () => {
  beforeEach(() => {
    throw new Error('beforeEach failed');
  });
  test('set up', () => {
    expect(1).toBe(1);
  });
});

describe('with a bad afterEach', () => {
  afterEach(() => {
    throw new Error('afterEach failed');
  });
  test('cleaned up', () => {
    expect(1).toBe(1);
  });
});
