import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { cut, oneLine, printable, shorten, wrap } from '../../../harness/report/fitText.js';
import { anyText } from '../../support/reports.js';

describe('printable', () => {
  test.each([
    ['a colour', 'a \x1b[31mred\x1b[0m word', 'a red word'],
    ['a link', '\x1b]8;;file:///x\x07name\x1b]8;;\x07', 'name'],
    ['line breaks', 'one\r\ntwo\nthree\u2028four\ttab', 'one two three four tab'],
    ['a lone escape and a bell', 'a\x1bb\x07c', 'abc'],
    ['a reversal of direction', 'user\u202egnp.exe', 'usergnp.exe'],
    ['half of a pair', 'a\ud83db', 'ab'],
  ])('leaves nothing of %s that moves the cursor', (_, text, left) => {
    expect(printable(text)).toBe(left);
  });

  test('keeps runs of spaces, which a command may need', () => {
    expect(printable('-t "a  b"')).toBe('-t "a  b"');
    expect(oneLine('  a \n  b ')).toBe('a b');
  });
});

describe('cut', () => {
  test('leaves what fits', () => {
    expect(cut('twelve chars', 12)).toBe('twelve chars');
  });

  test('keeps the start and the end', () => {
    expect(cut('packages/worker/test/timing.test.ts', 20)).toBe('packages/w…g.test.ts');
  });

  test('never halves a wide character or a cluster', () => {
    expect(cut('日本語日本語', 8)).toBe('日本…語');
    expect(cut('a👨‍👩‍👧‍👦b👨‍👩‍👧‍👦c', 4)).toBe('a…c');
  });

  test('fits any text into any width', () => {
    fc.assert(
      fc.property(anyText, fc.nat(60), (text, width) => {
        expect(stringWidth(cut(oneLine(text), width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('shorten', () => {
  test('keeps the start and the end, and no half of a character', () => {
    expect(shorten('packages/worker/test/timing.test.ts', 20)).toBe('packages/…g.test.ts');
    expect(shorten('👍👍👍👍👍👍', 8)).toBe('👍…👍');
    expect(shorten('short', 5)).toBe('short');
  });
});

describe('wrap', () => {
  test('breaks at spaces, but not between a number and its %', () => {
    expect(wrap('at most 13.9 % each', 12)).toEqual(['at most', '13.9 % each']);
  });

  test('breaks a word that fills more than a line', () => {
    expect(wrap('a abcdefghij b', 4)).toEqual(['a', 'abcd', 'efgh', 'ij b']);
  });

  test('loses nothing and exceeds no width', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 60 }), (text, width) => {
        const lines = wrap(oneLine(text), width);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(oneLine(text).replaceAll(' ', ''));
      }),
    );
  });
});
