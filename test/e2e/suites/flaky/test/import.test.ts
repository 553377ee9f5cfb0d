import { expect, test } from 'vitest';
import { nth } from '../count.js';

if (nth('import') === 4) throw new Error('import failed this time');

test('is there when its file is', () => {
  expect(1).toBe(1);
});
