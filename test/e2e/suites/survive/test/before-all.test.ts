import { beforeAll, describe, expect, test } from 'vitest';

describe('ready', () => {
  test('outside', () => {
    expect(1).toBe(1);
  });
});

describe('unready', () => {
  beforeAll(() => {
    throw new Error('beforeAll failed');
  });
  test('inside', () => {
    expect(1).toBe(1);
  });
});
