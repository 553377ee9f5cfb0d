import Table from 'cli-table3';
import { isMet, type ScenarioFigures, type Spread, type Target } from './figures.js';

/** A scenario's contestants, its targets with what was measured, and its notes. */
export function renderFigures(figures: ScenarioFigures): string {
  const { name, title, unit, rows, targets, notes } = figures;
  const parts = [`\n${name}: ${title}`];
  if (rows.length > 0) {
    const table = tableOf([unit, 'median', 'middle half']);
    for (const row of rows) table.push([row.name, digits(row.value.median), middle(row.value)]);
    parts.push(table.toString());
  }
  if (targets.length > 0) {
    const table = tableOf(['target', 'asked', 'measured', 'middle half', '']);
    for (const target of targets) table.push(targetRow(target));
    parts.push(table.toString());
  }
  return [...parts, ...notes.map((words) => `note: ${words}`), ''].join('\n');
}

/** One line on how it ended. */
export function verdictLine(all: readonly ScenarioFigures[]): string {
  const targets = all.flatMap(({ targets }) => targets);
  const missed = all.flatMap(({ name, targets }) =>
    targets.filter((target) => !isMet(target)).map(({ what }) => `${name}: ${what}`),
  );
  const met = `${targets.length - missed.length} of ${targets.length} targets met`;
  return missed.length === 0 ? met : `${met}; missed: ${missed.join('; ')}`;
}

function targetRow(target: Target): string[] {
  const { what, value, unit, atLeast, atMost } = target;
  const asked = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  return [
    what,
    `${asked} ${unit}`.trimEnd(),
    digits(value.median),
    middle(value),
    isMet(target) ? 'met' : 'MISSED',
  ];
}

const tableOf = (head: string[]): InstanceType<typeof Table> =>
  new Table({ head, style: { head: [], border: [], compact: true } });

const middle = ({ low, high }: Spread): string => `${digits(low)}..${digits(high)}`;

/** Three digits that count, at least. */
function digits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}
