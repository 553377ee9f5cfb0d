import { Ansis } from 'ansis';
import type { HuntReport } from '../stats/huntReport.js';
import { type Finding, fileFindings, testFindings } from './findings.js';
import { cut, oneLine, wrap } from './fitText.js';
import { count } from './format.js';
import { renderStack } from './stack.js';
import { closingWords, proofWords, type Tally, tallyOf, tallyWords } from './summary.js';
import { renderTable } from './table.js';

/** Where the text is to be read. */
export interface TerminalView {
  /** Width that no line exceeds, except one that holds a command to copy. */
  readonly columns: number;
  readonly colour: boolean;
}

/** Narrower than this, a table would cut everything worth reading. */
const tableColumns = 140;
/** Below this, lines may be longer than the terminal is wide. */
const fewestColumns = 30;
/** Findings shown in full; the JSON report has all of them. */
const mostFindings = 50;
const mostErrors = 10;

/** What a hunt found, for a person: findings, failures outside tests, what was proven, the totals. */
export function renderTerminal(report: HuntReport, view: TerminalView): string {
  const columns = Math.max(fewestColumns, view.columns);
  const paint = new Ansis(view.colour ? 1 : 0);
  const tally = tallyOf(report);
  const totals = report.tests.length === 0 ? [] : wrap(tallyWords(tally), columns);
  const proof = proofWords(report).flatMap((sentence) => wrap(sentence, columns));
  const closing = wrap(closingWords(report, tally), columns).map((line) => paint.dim(line));
  const blocks = [
    findingsBlock(testFindings(report), columns, paint),
    titled('Failures outside any test', findingsBlock(fileFindings(report), columns, paint), paint),
    titled('Errors that belong to no file', errorLines(report, columns), paint),
    titled('Notices', noticeLines(report, columns), paint),
    proof,
    [
      ...nothingRan(report, columns),
      ...totals.map((line) => (isClean(tally) ? paint.bold.green(line) : paint.bold(line))),
      ...closing,
    ],
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

const isClean = (tally: Tally): boolean =>
  tally.flaky + tally.broken + tally.unproven + tally.failingFiles + tally.errors === 0;

function findingsBlock(all: readonly Finding[], columns: number, paint: Ansis): string[] {
  const shown = all.slice(0, mostFindings);
  if (shown.length === 0) return [];
  const lines =
    columns >= tableColumns
      ? renderTable(shown, columns, paint)
      : renderStack(shown, columns, paint);
  const more = all.length - shown.length;
  if (more > 0) lines.push('', ...wrap(`and ${count(more)} more: see --report json=FILE`, columns));
  return lines;
}

function titled(title: string, lines: readonly string[], paint: Ansis): string[] {
  return lines.length === 0 ? [] : [paint.bold(title), '', ...lines];
}

function errorLines({ errors }: HuntReport, columns: number): string[] {
  const lines = errors
    .slice(0, mostErrors)
    .flatMap(({ message, frame, count: times, firstRun }) => [
      ...hanging(`${count(times)}x `, cut(oneLine(message), 4 * columns), columns),
      cut(`   ${frame === null ? '' : `at ${oneLine(frame)}, `}first in run ${firstRun}`, columns),
    ]);
  const more = errors.length - mostErrors;
  return more > 0 ? [...lines, `and ${count(more)} more: see --report json=FILE`] : lines;
}

const noticeLines = ({ hunt }: HuntReport, columns: number): string[] =>
  hunt.notices.flatMap(({ message }) => hanging('- ', oneLine(message), columns));

/** `text` after `lead`, with the further lines set under its start. */
function hanging(lead: string, text: string, columns: number): string[] {
  return wrap(text, columns - lead.length).map((line, at) =>
    at === 0 ? lead + line : ' '.repeat(lead.length) + line,
  );
}

function nothingRan({ hunt, tests }: HuntReport, columns: number): string[] {
  if (tests.length > 0) return [];
  const why =
    hunt.runs.done > 0
      ? 'No test was carried out.'
      : 'The hunt ended before any test did: nothing is known of the suite.';
  return wrap(why, columns);
}
