import { expect, test } from 'vitest';
import { parseOptions } from '../../../../harness/bench/history/options.js';

const usual = { hunts: 1000, tests: 1000, large: 100_000, dir: null, keep: false, json: false };

test.each([
  [[], {}],
  [['--hunts', '50', '--tests', '10', '--runs', '2'], { hunts: 50, tests: 10, runs: 2 }],
  [['--newest-runs', '5', '--large', '0', '--rounds', '3'], { newestRuns: 5, large: 0, rounds: 3 }],
  [['--dir', 'd', '--keep', '--json'], { dir: 'd', keep: true, json: true }],
])('%j is understood', (words, said) =>
  expect(parseOptions(words)).toMatchObject({ ...usual, ...said }),
);

test.each([
  [['--hunts', '5'], '--hunts is 5; expected a whole number from 20 on'],
  [['--rounds', '1.5'], '--rounds is 1.5'],
  [['--tests', 'x'], '--tests is x'],
  [['--fast'], '--fast'],
  [['list'], 'list'],
])('%j is refused, and why is said', (words, why) =>
  expect(parseOptions(words)).toEqual(expect.stringContaining(why)),
);
