import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellQuote } from '../../../harness/stats/shellQuote.js';

test.each([
  ['test/a.test.ts', 'test/a.test.ts'],
  ['a b', '"a b"'],
  ['app/[id].ts', '"app/[id].ts"'],
  ["it's", '"it\'s"'],
  ['$HOME', "'$HOME'"],
  ['a"b\'c', `'a"b'\\''c'`],
  ['', "''"],
  ['50%', "'50%'"],
])('%j is written %s', (word, quoted) => {
  expect(shellQuote(word)).toBe(quoted);
});

test.skipIf(process.platform === 'win32')('a shell reads back every word unchanged', () => {
  const words = [
    'a',
    '',
    'a b',
    "it's",
    '"',
    '$(id)',
    '`id`',
    '\\',
    '!',
    '*',
    '~',
    '#x',
    'ü;&|\n<>',
  ];
  const script = `printf '%s\\0' ${words.map(shellQuote).join(' ')}`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(
    words,
  );
});
