import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printCode, printLines } from '../../../../harness/property/arbitraries/printCode.js';

test.each([
  [1, '1'],
  [-0, '-0'],
  [true, 'true'],
  [null, 'null'],
  ['it', "'it'"],
  ["it's", "'it\\'s'"],
  ['a "b"\n', '\'a "b"\\n\''],
  ['back\\slash', "'back\\\\slash'"],
  ['aaaaaaaa', "'aaaaaaaa'"],
  ['aaaaaaaaa', "'a'.repeat(9)"],
  [[], '[]'],
  [[1, ['x']], "[1, ['x']]"],
  [{}, '{}'],
  [{ nth: 2, 'two words': 'x', gone: undefined }, "{ nth: 2, 'two words': 'x' }"],
])('%j prints as %s', (value, code) => {
  expect(printCode(value)).toBe(code);
});

test('one element stands on each line', () => {
  expect(printLines([])).toBe('[]');
  expect(printLines([['a'], ['b', 1]])).toBe("[\n  ['a'],\n  ['b', 1],\n]");
});

test('what is printed evaluates to the value', () => {
  const data = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('x', '"', "'", '\\'), maxLength: 12 }),
      fc.integer(),
      fc.boolean(),
      fc.array(tie('value')),
      fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
    ),
  })).value;
  fc.assert(
    fc.property(data, (value) => {
      fc.pre(!JSON.stringify(value).includes('__proto__'));
      expect(new Function(`return (${printCode(value)})`)()).toEqual(value);
    }),
    { seed: 1 },
  );
});
