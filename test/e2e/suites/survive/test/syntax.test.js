import { expect, test } from 'vitest';

test('never parsed', () => {
  expect(1.toBe(1);
});
