import Table from 'cli-table3';
import type { SuiteFigures, Target } from './judge.js';

/** The figures as a table, the targets below it, and whatever went wrong. */
export function renderFigures(figures: readonly SuiteFigures[]): string {
  const table = new Table({
    head: [
      'suite',
      'loop ms',
      'rerun ms',
      'hunt ms',
      'portable ms',
      'loop/hunt',
      'rerun/hunt',
      'loop/portable',
      '20 runs',
    ],
    colAligns: ['left', ...Array<'right'>(8).fill('right')],
    style: { head: [], border: [], compact: true },
  });
  for (const f of figures) {
    table.push([
      f.shape.name,
      ...[f.loopMs, f.rerunMs, f.huntMs, f.portableMs].map((ms) => ms.toFixed(0)),
      ...[f.huntOverLoop, f.huntOverRerun, f.portableOverLoop, f.wholeHunt].map(times),
    ]);
  }
  const targets = figures.flatMap((f) => f.targets).map(targetLine);
  const wrong = figures.flatMap((f) => f.wrong).map((words) => `wrong result: ${words}`);
  const remarks = figures.flatMap((f) => f.remarks).map((words) => `remark: ${words}`);
  return [table.toString(), ...targets, ...wrong, ...remarks, ''].join('\n');
}

const times = (ratio: number): string => `${ratio.toFixed(1)}x`;

function targetLine({ what, value, atLeast, atMost, met }: Target): string {
  const bound = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  return `${met ? 'met   ' : 'MISSED'} ${what} = ${value.toFixed(2)} (${bound})`;
}
