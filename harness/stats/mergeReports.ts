import type { ConditionName } from '../events.js';
import { FileTally } from './fileTally.js';
import type { FileReport, HuntReport } from './huntReport.js';
import { mergeHeads } from './mergeHeads.js';
import { byText } from './order.js';
import { errorReports, fileReports, testReports } from './sections.js';
import { SignatureTally } from './signatureTally.js';
import { TestTally } from './testTally.js';

/**
 * Joins the reports of shards, or of hunts on several machines, into the one that a single hunt
 * over all of it would have given: counts add up; rates, intervals and verdicts are judged anew.
 *
 * A failure's replay is that of the earliest hunt which saw it, and its `firstRun` counts there.
 *
 * @throws FlakehoundError `REPORT_MISMATCH` for no report, one given twice, unlike confidence,
 *   unlike numbers of shards, or another major version of Vitest
 */
export function mergeReports(reports: readonly HuntReport[]): HuntReport {
  // Earliest first, so that the order in which they are named changes nothing.
  const inOrder = [...reports].sort(
    (a, b) => byText(a.hunt.startedAt, b.hunt.startedAt) || byText(a.hunt.id, b.hunt.id),
  );
  const hunt = mergeHeads(inOrder.map((report) => report.hunt));
  const tests = new Map<string, TestTally>();
  const errors = new SignatureTally();
  for (const report of inOrder) {
    for (const test of report.tests) {
      const tally = tests.get(test.id) ?? new TestTally(test, 0);
      tests.set(test.id, tally);
      tally.absorb(test, report.hunt);
    }
    errors.absorb(report.errors, report.hunt);
  }
  return {
    schemaVersion: 1,
    hunt,
    tests: testReports(tests.values(), hunt),
    files: fileReports(mergeFiles(inOrder), hunt.confidence),
    errors: errorReports(errors),
  };
}

function mergeFiles(reports: readonly HuntReport[]): Iterable<FileTally> {
  const files = new Map<string, FileTally>();
  for (const { file, project } of reports.flatMap((report) => [...report.files])) {
    files.set(`${project}\n${file}`, new FileTally(file, project));
  }
  for (const report of reports) {
    const failures = groupFailures(report.files);
    const quiet = runsOfTests(report);
    for (const [key, tally] of files) {
      const failed = failures.get(key) ?? [];
      // All failures of one file name the same runs; without any, its tests tell them.
      const runs = failed[0]?.byCondition.map((one) => [one.condition, one.runs] as const);
      for (const [condition, count] of runs ?? quiet.get(key) ?? []) {
        tally.absorbRuns(condition, count);
      }
      for (const failure of failed) tally.absorb(failure, report.hunt);
    }
  }
  return files.values();
}

function groupFailures(files: readonly FileReport[]): Map<string, FileReport[]> {
  const groups = new Map<string, FileReport[]>();
  for (const one of files) {
    const key = `${one.project}\n${one.file}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
}

/**
 * In how many runs each file was carried out, told by its tests: each is tried, or skipped, at
 * least once a run. Retries would make it more, so no more than the runs that the hunt has begun.
 */
function runsOfTests(report: HuntReport): Map<string, Map<ConditionName, number>> {
  const { done, crashed } = report.hunt.runs;
  const files = new Map<string, Map<ConditionName, number>>();
  for (const test of report.tests) {
    const key = `${test.project}\n${test.file}`;
    const runs = files.get(key) ?? new Map<ConditionName, number>();
    files.set(key, runs);
    for (const { condition, attempts, skipped } of test.byCondition) {
      const told = Math.min(attempts + skipped, done + crashed);
      runs.set(condition, Math.max(runs.get(condition) ?? 0, told));
    }
  }
  return files;
}
