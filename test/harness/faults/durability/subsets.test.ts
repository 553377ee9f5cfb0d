import { describe, expect, test } from 'vitest';
import { defaultBound } from '../../../../harness/faults/durability/bound.js';
import {
  isTornBeside,
  lostSubsets,
  seededDraw,
} from '../../../../harness/faults/durability/subsets.js';

const bound = { ...defaultBound, exhaustive: 4, few: 1, samples: 0, exhaustiveTorn: 2 };
const subsets = (count: number, given = bound) => [...lostSubsets(count, given, seededDraw(1))];

describe('which effects are lost', () => {
  test('every subset while there are few, fewest lost first, none twice', () => {
    const all = subsets(4);
    expect(new Set(all.map(String)).size).toBe(2 ** 4);
    expect(all.map((lost) => lost.length)).toEqual([...all.map((lost) => lost.length)].sort());
  });

  test('beyond, those that lose or keep few, and all from some effect on', () => {
    const found = subsets(6)
      .map((lost) => lost.join(''))
      .sort();
    const few = ['', '0', '1', '2', '3', '4', '5'];
    const keepingFew = ['012345', '12345', '02345', '01345', '01245', '01235', '01234'];
    expect(found).toEqual([...few, ...keepingFew, '2345', '345', '45'].sort());
  });

  test('and so many random ones besides, the same for the same seed', () => {
    const given = { ...bound, samples: 40 };
    const extra = subsets(12, given).slice(subsets(12).length);
    expect(extra.length).toBeGreaterThan(20);
    expect(extra.every((lost) => lost.length > 1 && lost.length < 11)).toBe(true);
    expect(subsets(12, given)).toEqual(subsets(12, given));
  });
});

test.each([
  { count: 2, lost: 1, beside: true },
  { count: 4, lost: 1, beside: true },
  { count: 4, lost: 2, beside: false },
  { count: 4, lost: 3, beside: true },
  { count: 5, lost: 0, beside: true },
  { count: 5, lost: 1, beside: false },
  { count: 5, lost: 5, beside: true },
])('a write is torn beside $lost lost of $count: $beside', ({ count, lost, beside }) => {
  expect(isTornBeside(lost, count, bound)).toBe(beside);
});
