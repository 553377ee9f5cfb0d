import { expect, test } from 'vitest';
import { nth } from '../count.js';

test('fails in every second run', () => {
  expect(nth('flaky') % 2).toBe(1);
});
