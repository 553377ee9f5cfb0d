import type { Ansis } from 'ansis';
import { type Finding, intervalOf, placeOf } from './findings.js';
import { cut, oneLine, padTo, printable, wrap } from './fitText.js';
import { count, percent } from './format.js';

/** Different ways to fail that are shown for one test. */
export const mostSignatures = 3;

const verdictWidth = 'broken'.length;
const rateWidth = '>99.9 %'.length;

/** Findings one below the other, for a terminal too narrow for a table. */
export function renderStack(findings: readonly Finding[], columns: number, paint: Ansis): string[] {
  return findings.flatMap((finding, at) => [
    ...(at === 0 ? [] : ['']),
    ...heading(finding, columns, paint),
    `  ${cut(oneLine(placeOf(finding)), columns - 2)}`,
    `  ${paint.bold(cut(oneLine(finding.name), columns - 2))}`,
    ...details(finding, columns - 2).map((line) => `  ${line}`),
    ...commandOf(finding).map((command) => `  ${paint.cyan(command)}`),
  ]);
}

/** What is told below the name: conditions, signatures, cause. */
export function details(finding: Finding, width: number): string[] {
  const { conditions, signatures, cause } = finding;
  const more = signatures.length - mostSignatures;
  return [
    ...signatures.slice(0, mostSignatures).flatMap((one) => signatureLines(one, width)),
    ...(more > 0 ? wrap(`and ${count(more)} more ways to fail`, width) : []),
    ...(conditions.length > 0 ? wrap(conditions.join(', '), width) : []),
    ...(cause === null ? [] : wrap(cut(`cause: ${oneLine(cause)}`, 3 * width), width)),
  ];
}

/** The message on two lines at most, then where it came from. */
function signatureLines(
  one: { readonly message: string; readonly frame: string | null; readonly count: number },
  width: number,
): string[] {
  const lead = `${count(one.count)}x `;
  const room = width - lead.length;
  const message = wrap(cut(oneLine(one.message), 4 * room), room);
  const kept =
    message.length <= 2 ? message : [message[0] ?? '', cut(message.slice(1).join(' '), room)];
  const lines = one.frame === null ? kept : [...kept, cut(`at ${oneLine(one.frame)}`, room)];
  return lines.map((line, at) => (at === 0 ? lead : ' '.repeat(lead.length)) + line);
}

/** The command that repeats the most frequent failure, whole however long it is. */
export function commandOf({ signatures }: Finding): string[] {
  const replay = signatures[0]?.replay ?? '';
  return replay === '' ? [] : [printable(replay)];
}

function heading(finding: Finding, columns: number, paint: Ansis): string[] {
  const { verdict, failed } = finding;
  const colour = verdict === 'flaky' ? paint.yellow : paint.red;
  const start = `${padTo(verdict, verdictWidth)}  ${percent(finding.flakeRate).padStart(rateWidth)}`;
  const rest = [intervalOf(finding), failed].filter((one) => one !== '').join('   ');
  const room = columns - start.length - 3;
  const [first = '', ...further] = rest.length <= room ? [rest] : wrap(rest, room);
  const indent = ' '.repeat(start.length + 3);
  return [`${colour.bold(start)}   ${first}`, ...further.map((line) => indent + line)];
}
