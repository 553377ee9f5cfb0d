import { Ansis } from 'ansis';
import stringWidth from 'string-width';
import { cut, oneLine, padTo } from './fitText.js';
import type { TerminalView } from './terminal.js';

/** One column of a plain table. */
export interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
  /** May be cut to so many columns where the terminal is narrow; others keep their width. */
  readonly cutTo?: number;
}

const gap = '  ';

/** Rows below headings, each as wide as its widest cell, and as few cut as the terminal allows. */
export function renderColumns(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  view: TerminalView,
): string[] {
  const cells = rows.map((row) => row.map(oneLine));
  const widths = columns.map(({ heading }, at) =>
    Math.max(...[heading, ...cells.map((row) => row[at] ?? '')].map((text) => stringWidth(text))),
  );
  let surplus = widths.reduce((sum, width) => sum + width + gap.length, -gap.length) - view.columns;
  for (const [at, { cutTo }] of columns.entries()) {
    if (cutTo === undefined || surplus <= 0) continue;
    const least = Math.min(widths[at] ?? 0, cutTo);
    const given = Math.min(surplus, (widths[at] ?? 0) - least);
    widths[at] = (widths[at] ?? 0) - given;
    surplus -= given;
  }
  const line = (texts: readonly string[]): string =>
    columns
      .map(({ align }, at) => {
        const width = widths[at] ?? 0;
        const text = cut(texts[at] ?? '', width);
        return align === 'left' ? padTo(text, width) : ' '.repeat(width - stringWidth(text)) + text;
      })
      .join(gap)
      .trimEnd();
  const paint = new Ansis(view.colour ? 1 : 0);
  return [paint.bold(line(columns.map(({ heading }) => heading))), ...cells.map(line)];
}
