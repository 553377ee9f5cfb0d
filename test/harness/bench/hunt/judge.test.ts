import { expect, test } from 'vitest';
import { judge, median } from '../../../../harness/bench/hunt/judge.js';
import type { Times } from '../../../../harness/bench/hunt/race.js';
import { type SuiteShape, suiteShapes } from '../../../../harness/bench/suites.js';

const shape = (name: string): SuiteShape => suiteShapes.find((s) => s.name === name)!;

const taking = (name: string, ...roundsMs: number[]): Times => ({
  name,
  openMs: 0,
  warmUpsMs: [],
  roundsMs,
  wrong: [],
  remarks: [],
});

const field = (loop: number, hunt: number, portable: number): Times[] => [
  taking('loop', loop),
  taking('rerun', loop),
  taking('hunt', hunt),
  taking('portable', portable),
];

test.each([
  [[3], 3],
  [[9, 1, 5], 5],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %d', (values, expected) => expect(median(values)).toBe(expected));

test('ratios are taken within a round, where both sides met the same machine', () => {
  const times = [
    taking('loop', 1000, 6000, 2000),
    taking('rerun', 500, 3000, 1000),
    taking('hunt', 100, 400, 400),
    taking('portable', 250, 1000, 1000),
  ];
  // Round by round 10, 15 and 5 times; the quotient of the medians would be 5.
  const figures = judge(shape('trivial20'), 2, times);
  expect(figures).toMatchObject({ huntOverLoop: 10, huntOverRerun: 5, portableOverLoop: 4 });
});

test.each([
  ['trivial20', 1000, [true, true]],
  ['trivial20', 999, [false, false]],
  ['trivial100', 1000, [true, true]],
  ['heavy', 1000, [true, true]],
  ['heavy', 499, [false, false]],
  ['jsdom', 1, []],
])('%s meets its targets with a loop of %d ms: %j', (name, loopMs, met) => {
  const figures = judge(shape(name), 2, field(loopMs, 100, 400));
  expect(figures.targets.map((target) => target.met)).toEqual(met);
});

test.each([
  [2600, true],
  [2601, false],
])('20 x 4 waits of 50 ms by 2 workers in %d ms: %j', (huntMs, met) => {
  const figures = judge(shape('async'), 2, field(9000, huntMs, 5000));
  expect(figures.targets.map((target) => target.met)).toEqual([met]);
});

test("a whole hunt counts its start and its first runs, as a loop's do not differ", () => {
  const hunt = { ...taking('hunt', 100), openMs: 900, warmUpsMs: [2000, 1300, 100, 100] };
  const times = [...field(2000, 0, 100).filter(({ name }) => name !== 'hunt'), hunt];
  // 20 x 2000 against 900 + 3500 + 16 x 100.
  expect(judge(shape('trivial20'), 2, times).wholeHunt).toBeCloseTo(40_000 / 6000, 10);
});
