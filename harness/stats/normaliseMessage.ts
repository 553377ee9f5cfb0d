import { normalisePaths } from './normalisePaths.js';

/** Longer messages are cut before anything looks at them: some hold a whole page. */
const longestInput = 4096;
const mostLines = 2;
const longestOutput = 240;

type Rule = readonly [pattern: RegExp, replacement: string];

/** Terminal colours, cursor movements and links. */
const ansi = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

/**
 * What differs between two failures with one cause, most specific first. Replacements hold no
 * digits, so that no later rule takes a second bite.
 */
const rules: readonly Rule[] = [
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, '<uuid>'],
  // As Date prints itself: Tue Jan 02 2024 03:04:05 GMT+0000 (Coordinated Universal Time)
  [
    /\b(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat),? (?:[A-Z][a-z]{2} \d{1,2}|\d{1,2} [A-Z][a-z]{2}) \d{4}(?: \d\d:\d\d:\d\d)?(?: GMT)?(?:[+-]\d{4})?(?: \([^)]{1,60}\))?/g,
    '<time>',
  ],
  [
    /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?\b/g,
    '<time>',
  ],
  [/\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?\b/g, '<time>'],
  [
    /((?:\blocalhost|\b\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]{2,45}\]|(?<![\w:])::1?):)\d{2,5}\b/gi,
    '$1<port>',
  ],
  [/(\b(?:https?|wss?):\/\/[^\s/:'"]+:)\d{2,5}\b/g, '$1<port>'],
  [/(\bport[ =:#]{1,3})\d{2,5}\b/gi, '$1<port>'],
  [/(\bpid[ =:#]{1,3})\d+\b/gi, '$1<pid>'],
  [/\b0x[0-9a-f]{4,}\b/gi, '<hex>'],
  [/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b/gi, '<hex>'],
  // Three groups of digits: `convertUtf8ToBase64Url` is a name, not an identifier made at random.
  [/\b(?=[A-Za-z]*\d+[A-Za-z]+\d+[A-Za-z]+\d)[A-Za-z0-9]{16,}\b/g, '<id>'],
  // A time limit is a setting and says much; any other duration was measured.
  [
    /(?<!timed out (?:in|after) )\b\d+(?:\.\d+)?(?: ?(?:ms|milliseconds?|µs|us|ns|seconds?|secs?|minutes?|mins?)|s)\b/g,
    '<duration>',
  ],
  // A value compared for order is a measurement; one compared for equality is the finding.
  [
    /(\bexpected )-?\d+(?:\.\d+)?(?:e-?\d+)?(?= (?:not )?to be (?:less|greater|at least|at most|above|below|within|close))/g,
    '$1<n>',
  ],
  [/(\breceived difference is )-?\d+(?:\.\d+)?(?:e-?\d+)?/g, '$1<n>'],
  [/\b\d+\.\d{3,}(?:e-?\d+)?\b/g, '<n>'],
  [/\b\d{5,}\b/g, '<n>'],
];

/**
 * Rewrites an error message so that every failure with the same cause reads the same, in every run
 * and on every machine: at most two lines on one, without colours, addresses, identifiers, ports,
 * instants, measured durations, long numbers and paths of this machine. Small numbers stay: they
 * are what a failed expectation is about.
 *
 * @param root - the suite's root, absolute; paths below it become relative
 */
export function normaliseMessage(message: string, root: string | null): string {
  const lines = message
    .slice(0, longestInput)
    .replace(ansi, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '')
    .slice(0, mostLines);
  const withoutPaths = normalisePaths(lines.join(' | '), root);
  const text = rules.reduce((so, [pattern, by]) => so.replace(pattern, by), withoutPaths);
  return shorten(text);
}

function shorten(text: string): string {
  if (text.length <= longestOutput) return text;
  const cut = text.slice(0, longestOutput - 1);
  // Half of a character outside the basic plane is no character.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
