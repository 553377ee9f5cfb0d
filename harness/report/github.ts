import type { HuntReport } from '../stats/huntReport.js';
import { type Finding, fileFindings, intervalOf, testFindings } from './findings.js';
import { oneLine } from './fitText.js';
import { counted, percent } from './format.js';
import { renderMarkdown } from './markdown.js';

/** What GitHub Actions shows of a report. */
export interface GithubReport {
  /** Markdown for `$GITHUB_STEP_SUMMARY`, within the size that is accepted. */
  readonly summary: string;
  /** Workflow commands, one per line, for standard output; '' when there is nothing to point at. */
  readonly annotations: string;
}

/** Larger summaries are refused as a whole: the limit is 1 MiB for a step, of which we take less. */
const mostSummaryBytes = 900_000;
/** Further ones of a step aren't shown. */
const mostErrors = 10;

/** The job summary, and an annotation at the failing line of each flaky or broken test. */
export const renderGithub = (report: HuntReport): GithubReport => ({
  summary: githubSummary(report),
  annotations: githubAnnotations(report),
});

/** As much of the Markdown report as a job summary may hold. */
export function githubSummary(report: HuntReport): string {
  for (const findings of [50, 20, 5]) {
    const summary = renderMarkdown(report, { findings });
    if (Buffer.byteLength(summary) <= mostSummaryBytes) return summary;
  }
  return renderMarkdown(report, { findings: 0 });
}

/** Workflow commands for the log. Source: GitHub's workflow commands, `error` and `notice`. */
export function githubAnnotations(report: HuntReport): string {
  const findings = [...testFindings(report), ...fileFindings(report)];
  const lines = findings.slice(0, mostErrors).map(annotation);
  const more = findings.length - lines.length;
  if (more > 0) {
    lines.push(`::notice title=flakehound::${counted(more, 'more failure')}: see the job summary`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function annotation(finding: Finding): string {
  const [first] = finding.signatures;
  const place = placeIn(first?.frame ?? null, finding.file);
  const rate = `${percent(finding.flakeRate)} (${intervalOf(finding)}, ${finding.failed} failed)`;
  const message = [
    oneLine(finding.name),
    `${finding.verdict}: ${rate}`,
    ...(first === undefined ? [] : [oneLine(first.message), `Reproduce: ${first.replay}`]),
  ].join('\n');
  const title = `${finding.verdict} ${percent(finding.flakeRate)}: ${oneLine(finding.name)}`;
  const properties = [
    `file=${escapeProperty(place.file)}`,
    ...(place.line === null ? [] : [`line=${place.line}`]),
    ...(place.column === null ? [] : [`col=${place.column}`]),
    `title=${escapeProperty(title)}`,
  ];
  return `::error ${properties.join(',')}::${escapeData(message)}`;
}

/** The frame of the failure, or its file where there is none. */
function placeIn(frame: string | null, file: string) {
  const parts = frame === null ? null : /^(.+?):(\d+)(?::(\d+))?$/.exec(frame);
  if (parts === null) return { file, line: null, column: null };
  return { file: parts[1] ?? file, line: parts[2] ?? null, column: parts[3] ?? null };
}

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
