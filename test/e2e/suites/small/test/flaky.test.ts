import { expect, test } from 'vitest';
import { nth } from '../count.js';

// Runs 1 and 2 end alike, so that nobody needs further looks at this file, which would count too.
test('fails in runs 3 and 4 of four', () => {
  expect(nth('flaky') % 4).toBeOneOf([1, 2]);
});
