import type { Ansis } from 'ansis';
import Table from 'cli-table3';
import stringWidth from 'string-width';
import { type Finding, intervalOf, placeOf } from './findings.js';
import { cut, oneLine } from './fitText.js';
import { percent } from './format.js';
import { commandOf, details } from './stack.js';

type Style = (text: string) => string;
interface Cell {
  /** Already fitted, one after the other. */
  readonly lines: readonly string[];
  readonly style: Style;
}

const headings = ['VERDICT', 'RATE', 'INTERVAL', 'FAILED', 'TEST', 'FAILURES'];
/** Between columns. */
const gap = 2;
/** Indent of commands: under the rate, where they don't hide the verdicts. */
const commandIndent = ' '.repeat('VERDICT'.length + gap);
const plain: Style = (text) => text;
/** Start of the block of private use characters, all one column wide. */
const firstStandIn = 0xe000;

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/** Findings as a table with each one's command on a line of its own below its row. */
export function renderTable(findings: readonly Finding[], columns: number, paint: Ansis): string[] {
  const narrow = findings.map((finding) => [
    finding.verdict,
    percent(finding.flakeRate),
    intervalOf(finding),
    finding.failed,
  ]);
  const fixed = headings.slice(0, 4).map((heading, at) => {
    const texts = [heading, ...narrow.map((cells) => cells[at] ?? '')];
    return Math.max(...texts.map((text) => text.length));
  });
  const left = columns - fixed.reduce((sum, width) => sum + width + gap, 0) - gap;
  const testWidth = Math.floor(left * 0.45);
  const widths = [...fixed, testWidth, left - testWidth];
  const rule = paint.dim('─'.repeat(columns));
  const lines = layOut(
    headings.map((text) => ({ lines: [text], style: paint.bold })),
    widths,
  );
  findings.forEach((finding, at) => {
    const colour = finding.verdict === 'flaky' ? paint.yellow : paint.red;
    const cells = (narrow[at] ?? []).map((text, column) => ({
      lines: [column === 1 ? text.padStart(fixed[1] ?? 0) : text],
      style: column < 2 ? colour.bold : plain,
    }));
    const test = [placeOf(finding), finding.name].map((text) => cut(oneLine(text), testWidth));
    const failures = details(finding, left - testWidth);
    lines.push(
      rule,
      ...layOut(
        [...cells, { lines: test, style: plain }, { lines: failures, style: plain }],
        widths,
      ),
      ...commandOf(finding).map((command) => commandIndent + paint.cyan(command)),
    );
  });
  return lines;
}

/**
 * One row of the table.
 *
 * The table library gets stand-ins of one-column characters, replaced afterwards: it measures with
 * an older edition of `string-width`, which takes Thai and Devanagari marks and new emoji for wider
 * or narrower than terminals show them, and would shift or cut the columns.
 */
function layOut(cells: readonly Cell[], widths: readonly number[]): string[] {
  const texts: { readonly text: string; readonly style: Style }[] = [];
  const standIn = (text: string, style: Style): string => {
    texts.push({ text, style });
    return String.fromCharCode(firstStandIn + texts.length - 1).repeat(stringWidth(text));
  };
  const table = new Table({
    chars: noBorders,
    style: { 'padding-left': 0, 'padding-right': gap, head: [], border: [] },
    colWidths: widths.map((width) => width + gap),
  });
  table.push(cells.map(({ lines, style }) => lines.map((line) => standIn(line, style)).join('\n')));
  return table
    .toString()
    .split('\n')
    .map((line) =>
      // The last column's gap goes too: it would overflow the width.
      line.trimEnd().replace(/([\ue000-\uf8ff])\1*/g, (run) => {
        const cell = texts[run.charCodeAt(0) - firstStandIn];
        return cell === undefined ? '' : cell.style(cell.text);
      }),
    );
}
