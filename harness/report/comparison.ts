import { Ansis } from 'ansis';
import type { Comparison, Difference, Side, Single, Subject } from '../stats/comparison.js';
import type { HuntHead } from '../stats/huntReport.js';
import { phaseWords } from './findings.js';
import { cut, oneLine, wrap } from './fitText.js';
import { chosenPercent, count, counted, percent, withProject } from './format.js';
import type { TerminalView } from './terminal.js';

/** One of the hunts that were compared. */
export interface ComparedHunt {
  readonly hunt: HuntHead;
  /** Commit and branch; '' where they aren't known. */
  readonly tree: string;
}

/** Of each kind; `--json` has all. */
const mostShown = 20;
const fewestColumns = 40;

/** How two hunts differ, for a person. */
export function renderComparison(
  comparison: Comparison,
  hunts: { readonly before: ComparedHunt; readonly after: ComparedHunt },
  view: TerminalView,
): string {
  const columns = Math.max(fewestColumns, view.columns);
  const paint = new Ansis(view.colour ? 1 : 0);
  const { worse, better, unclear, appeared, vanished } = comparison;
  const differences = (all: readonly Difference[]): string[] => limited(all, columns, difference);
  const singles = (all: readonly Single[]): string[] => limited(all, columns, single);
  const blocks = [
    [`before  ${huntWords(hunts.before)}`, `after   ${huntWords(hunts.after)}`].map((line) =>
      cut(line, columns),
    ),
    titled(paint.red.bold('Worse'), differences(worse)),
    titled(paint.green.bold('Better'), differences(better)),
    titled(paint.bold('Other rates, which chance alone may explain'), differences(unclear)),
    titled(paint.bold('Appeared'), singles(appeared)),
    titled(paint.bold('Vanished, or skipped by now'), singles(vanished)),
    wrap(methodWords(comparison), columns).map((line) => paint.dim(line)),
    wrap(totalWords(comparison), columns).map((line) =>
      worse.length > 0 ? paint.bold.red(line) : paint.bold(line),
    ),
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

const titled = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, '', ...lines];

function limited<T>(
  all: readonly T[],
  columns: number,
  render: (one: T, columns: number) => string[],
): string[] {
  const lines = all.slice(0, mostShown).flatMap((one) => render(one, columns));
  const more = all.length - mostShown;
  return more > 0 ? [...lines, `and ${count(more)} more: see --json`] : lines;
}

function huntWords({ hunt, tree }: ComparedHunt): string {
  const known = [hunt.id, tree, counted(hunt.runs.done, 'run')];
  return known.filter((one) => one !== '').join(', ');
}

function difference(one: Difference, columns: number): string[] {
  const { before, after, adjusted } = one;
  return [
    `${rateOf(before)} -> ${rateOf(after)}   ${ofWords(before)} -> ${ofWords(after)}   p ${probability(adjusted)}`,
    `  ${cut(oneLine(nameOf(one)), columns - 2)}`,
  ];
}

const single = (one: Single, columns: number): string[] => [
  cut(`${one.side.verdict.padEnd('unproven'.length)}  ${oneLine(nameOf(one))}`, columns),
];

const rateOf = ({ failures, attempts }: Side): string => percent(failures / attempts);
const ofWords = ({ failures, attempts }: Side): string =>
  `${count(failures)} of ${count(attempts)}`;

/** Two digits tell enough of a probability. */
const probability = (p: number): string =>
  p < 1e-4 ? '<0.0001' : p >= 0.995 ? '1' : String(Number(p.toPrecision(2)));

function nameOf({ file, project, name, phase }: Subject): string {
  return `${withProject(file, project)} > ${phase === null ? name : phaseWords[phase]}`;
}

function methodWords({ confidence, conditions }: Comparison): string {
  return (
    `p: Fisher's exact test, two-sided, corrected by Holm's method for all tests that could have ` +
    `shown a difference; below ${Number((1 - confidence).toPrecision(6))} is worse or better, at ` +
    `${chosenPercent(confidence)} for all of them together; ` +
    `${conditions.length === 1 ? 'condition' : 'conditions'} ${conditions.join(' + ')}`
  );
}

const totalWords = ({ worse, better, unclear, same, appeared, vanished }: Comparison): string =>
  [
    `${count(worse.length)} worse`,
    `${count(better.length)} better`,
    ...(unclear.length > 0 ? [`${count(unclear.length)} unclear`] : []),
    `${count(same)} the same`,
    `${count(appeared.length)} appeared`,
    `${count(vanished.length)} vanished`,
  ].join(', ');
