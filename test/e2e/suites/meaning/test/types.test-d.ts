import { expectTypeOf, test } from 'vitest';

test('would fail if it were checked', () => {
  expectTypeOf(1).toEqualTypeOf<string>();
});
