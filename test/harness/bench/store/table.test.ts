import { expect, test } from 'vitest';
import type { ScenarioFigures } from '../../../../harness/bench/store/figures.js';
import { renderFigures, verdictLine } from '../../../../harness/bench/store/table.js';

const spread = (median: number) => ({ median, low: median / 2, high: median * 2 });

const figures: ScenarioFigures = {
  name: 'single',
  title: 'one commit',
  unit: 'µs per commit',
  rows: [{ name: 'floor', value: spread(147) }],
  targets: [
    { what: 'floor / store', value: spread(0.93), unit: 'x', atLeast: 0.9 },
    { what: 'first get', value: spread(20.4), unit: 'ms', atMost: 20 },
  ],
  notes: ['the disk is new'],
};

test('a target stands with what was asked, what was measured, its spread and its verdict', () => {
  const text = renderFigures(figures);
  expect(text).toMatch(/single: one commit/);
  expect(text).toMatch(/floor +│ 147 +│ 73.5..294/);
  expect(text).toMatch(/floor \/ store +│ at least 0.9 x +│ 0.930 +│ 0.465..1.86 +│ met/);
  expect(text).toMatch(/first get +│ at most 20 ms +│ 20.4 +│ 10.2..40.8 +│ MISSED/);
  expect(text).toMatch(/note: the disk is new/);
});

test('without figures only the notes are said', () => {
  const text = renderFigures({ ...figures, rows: [], targets: [] });
  expect(text).toBe('\nsingle: one commit\nnote: the disk is new\n');
});

test('what was missed is named at the end', () => {
  expect(verdictLine([figures])).toBe('1 of 2 targets met; missed: single: first get');
  const [met] = figures.targets;
  expect(verdictLine([{ ...figures, targets: [met!] }])).toBe('1 of 1 targets met');
});
