import { expect, test } from 'vitest';
import {
  announceReport,
  isReportKind,
  renderReport,
  reportKinds,
} from '../../../harness/report/kinds.js';
import { aFlakyTest, aReport } from '../../support/reports.js';

const report = aReport({ tests: [aFlakyTest()] });

test.each([
  ['json', /^\{\n/],
  ['junit', /^<\?xml /],
  ['md', /^## flakehound/],
  ['github', /^## flakehound/],
] as const)('a %s report is of that kind', (kind, start) => {
  expect(isReportKind(kind)).toBe(true);
  expect(renderReport(kind, report)).toMatch(start);
  expect(renderReport(kind, report)).toMatch(/[^\n]\n$/);
});

test('only the GitHub report has something to say on standard output', () => {
  const said = Object.keys(reportKinds)
    .filter(isReportKind)
    .filter((kind) => announceReport(kind, report) !== '');
  expect(said).toEqual(['github']);
});

test.each(['html', '', 'toString'])('%j is no kind of report', (name) => {
  expect(isReportKind(name)).toBe(false);
});
