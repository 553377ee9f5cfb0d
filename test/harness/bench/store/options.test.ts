import { expect, test } from 'vitest';
import { parseOptions } from '../../../../harness/bench/store/options.js';

const known = ['single', 'list'];
const usual = { only: [], rounds: undefined, seed: 1, json: false, install: false };

test.each([
  [[], {}],
  [['--only', 'list', '--only', 'single'], { only: ['list', 'single'] }],
  [['--rounds', '3', '--seed', '9', '--json'], { rounds: 3, seed: 9, json: true }],
  [['--dir', 'd', '--peers', 'p', '--install'], { dir: 'd', peers: 'p', install: true }],
  [['--this-node'], { thisNode: true }],
])('%j is understood', (words, said) =>
  expect(parseOptions(words, known)).toMatchObject({ ...usual, ...said }),
);

test.each([
  [['--only', 'listing'], 'no scenario is named listing'],
  [['--rounds', '0'], '--rounds is 0'],
  [['--rounds', '1.5'], '--rounds is 1.5'],
  [['--seed', 'x'], '--seed is x'],
  [['--fast'], '--fast'],
  [['list'], 'list'],
])('%j is refused, and why is said', (words, why) =>
  expect(parseOptions(words, known)).toEqual(expect.stringContaining(why)),
);
