import { expect, test } from 'vitest';
import { nth } from '../count.js';

test('fails in run 1 only', () => {
  expect(nth('early')).toBeGreaterThan(1);
});
