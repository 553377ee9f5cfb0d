import type { HuntReport, Signature } from '../stats/huntReport.js';
import { type Finding, fileFindings, intervalOf, placeOf, testFindings } from './findings.js';
import { oneLine, printable, shorten } from './fitText.js';
import { chosenPercent, count, counted, percent } from './format.js';
import { closingWords, proofWords, tallyOf, tallyWords } from './summary.js';

/** How much of a report is told in full. */
export interface MarkdownLimits {
  readonly findings: number;
}

const defaultLimits: MarkdownLimits = { findings: 50 };
const mostSignatures = 5;
const mostErrors = 10;
/** Characters of a name or message: a comment is no log. */
const longestName = 300;
const longestMessage = 1000;

/** A table of what was found, with the failures and commands folded away below it. */
export function renderMarkdown(report: HuntReport, limits = defaultLimits): string {
  const tally = tallyOf(report);
  const heading = report.tests.length === 0 ? 'no test was carried out' : tallyWords(tally);
  const blocks = [
    `## flakehound: ${heading}`,
    ...findingBlocks(testFindings(report), report, limits),
    ...section('Failures outside any test', findingBlocks(fileFindings(report), report, limits)),
    ...section('Errors that belong to no file', errorBlocks(report)),
    ...section(
      'Notices',
      report.hunt.notices.map(({ message }) => `- ${escapeName(message)}`),
    ),
    ...proofWords(report).map((sentence) => `${escapeMarkdown(sentence)}.`),
    `<sub>${escapeMarkdown(closingWords(report, tally))}</sub>`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

const section = (title: string, blocks: readonly string[]): readonly string[] =>
  blocks.length === 0 ? [] : [`### ${title}`, ...blocks];

function findingBlocks(
  all: readonly Finding[],
  { hunt }: HuntReport,
  limits: MarkdownLimits,
): string[] {
  if (all.length === 0) return [];
  const shown = all.slice(0, limits.findings);
  const more = all.length - shown.length;
  const rest = more > 0 ? [`and ${count(more)} more: see the JSON report`] : [];
  if (shown.length === 0) return rest;
  const table = [
    `| verdict | rate | ${chosenPercent(hunt.confidence)} interval | failed | test |`,
    '|---|---:|---|---|---|',
    ...shown.map((finding) => {
      const { verdict, flakeRate, failed } = finding;
      return `| ${[verdict, percent(flakeRate), intervalOf(finding), failed]
        .map(escapeMarkdown)
        .join(' | ')} | ${testCell(finding)} |`;
    }),
  ];
  return [table.join('\n'), ...shown.map(foldedDetails), ...rest];
}

const testCell = (finding: Finding): string => `${code(placeOf(finding))}<br>${code(finding.name)}`;

function foldedDetails(finding: Finding): string {
  const { signatures, conditions, cause } = finding;
  const more = signatures.length - mostSignatures;
  const blocks = [
    `<details><summary>${code(finding.name)}: ${counted(signatures.length, 'way')} to fail</summary>`,
    ...signatures.slice(0, mostSignatures).map(signatureBlock),
    ...(more > 0 ? [`and ${count(more)} more`] : []),
    ...(conditions.length > 0 ? [escapeMarkdown(conditions.join(', '))] : []),
    ...(cause === null ? [] : [escapeName(cause)]),
    ...signatures
      .slice(0, 1)
      .map(({ replay }) => `To reproduce:\n\n${fenced(printable(replay), 'sh')}`),
    '</details>',
  ];
  return blocks.join('\n\n');
}

function signatureBlock({ message, frame, count: times }: Signature): string {
  const at = frame === null ? '' : `\n    at ${shorten(oneLine(frame), longestName)}`;
  return fenced(`${count(times)}x ${shorten(oneLine(message), longestMessage)}${at}`, 'text');
}

function errorBlocks({ errors }: HuntReport): string[] {
  const blocks = errors.slice(0, mostErrors).map(({ message, frame, count: times, firstRun }) => {
    const at = frame === null ? '' : `at ${shorten(oneLine(frame), longestName)}, `;
    const text = `${count(times)}x ${shorten(oneLine(message), longestMessage)}`;
    return fenced(`${text}\n    ${at}first in run ${firstRun}`, 'text');
  });
  const more = errors.length - mostErrors;
  return more > 0 ? [...blocks, `and ${count(more)} more`] : blocks;
}

/** Fenced by more backticks than the text has in a row. */
function fenced(text: string, language: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(2, ...runs.map(({ length }) => length)) + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** In a code element, so that `@name` in it calls nobody. */
const code = (name: string): string => `<code>${escapeName(name)}</code>`;

const escapeName = (name: string): string => escapeMarkdown(shorten(oneLine(name), longestName));

/**
 * Writes every character that Markdown, GitHub's dialect or HTML reads as markup by its number:
 * a backslash would not do inside of HTML elements, nor an entity's name inside of tables.
 */
const escapeMarkdown = (text: string): string =>
  text
    .replace(/[&<>"'`|*_~[\]\\#$!@]/g, (one) => `&#${one.charCodeAt(0)};`)
    // A link that GitHub would make of an address.
    .replaceAll('://', '&#58;//')
    .replace(/www\./gi, (one) => `${one.slice(0, -1)}&#46;`);
