import { expect, test } from 'vitest';

test('has no document', () => {
  expect(typeof document).toBe('undefined');
  expect(typeof window).toBe('undefined');
});
