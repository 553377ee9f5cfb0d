import type { HuntReport } from '../stats/huntReport.js';
import { githubAnnotations, githubSummary } from './github.js';
import { renderJson } from './json.js';
import { renderJunit } from './junit.js';
import { renderMarkdown } from './markdown.js';

/** How one kind of report is made. */
interface ReportMaker {
  /** For the command line's help. */
  readonly about: string;
  /** What the file holds. */
  readonly render: (report: HuntReport) => string;
  /** What the file can't say and standard output must; null for nothing. */
  readonly announce: ((report: HuntReport) => string) | null;
}

/** Every kind of report that can be written: to add one, add a file and a row here. */
export const reportKinds = {
  json: { about: 'all figures, for programs', render: renderJson, announce: null },
  junit: { about: 'JUnit XML in the Surefire dialect', render: renderJunit, announce: null },
  md: { about: 'Markdown', render: (report) => renderMarkdown(report), announce: null },
  github: {
    about: 'GitHub job summary; annotations go to standard output',
    render: githubSummary,
    announce: githubAnnotations,
  },
} as const satisfies Readonly<Record<string, ReportMaker>>;

/** KIND in `--report KIND=FILE`. */
export type ReportKind = keyof typeof reportKinds;

/** Whether there is a report of this name. */
export const isReportKind = (name: string): name is ReportKind => Object.hasOwn(reportKinds, name);

/** What the file of this kind holds. */
export const renderReport = (kind: ReportKind, report: HuntReport): string =>
  reportKinds[kind].render(report);

/** Lines that belong on standard output when a report of this kind is written; '' for none. */
export const announceReport = (kind: ReportKind, report: HuntReport): string =>
  reportKinds[kind].announce?.(report) ?? '';
