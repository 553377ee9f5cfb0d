import { expect, test } from 'vitest';

test('never collected', () => {
  expect(1).toBe(1);
});

throw new Error('import failed');
