import { beforeAll, expect, test } from 'vitest';
import { nth } from '../count.js';

beforeAll(() => {
  if (nth('hook') === 8) throw new Error('beforeAll failed this time');
});

test('runs when its hook does', () => {
  expect(1).toBe(1);
});
