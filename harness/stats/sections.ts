import type { FileTally } from './fileTally.js';
import type { FileReport, SuiteError, TestReport } from './huntReport.js';
import { byPlace, byText } from './order.js';
import type { SignatureTally } from './signatureTally.js';
import type { Asked, TestTally } from './testTally.js';

/** By file, name, project, then order of definition; tests alike in all that stay as they came. */
export function testReports(tests: Iterable<TestTally>, asked: Asked): TestReport[] {
  return [...tests]
    .sort((a, b) => byPlace(a.test, b.test) || a.ordinal - b.ordinal)
    .map((test) => test.report(asked));
}

/** By file, project, then phase. */
export function fileReports(files: Iterable<FileTally>, confidence: number): FileReport[] {
  return [...files]
    .flatMap((file) => file.reports(confidence))
    .sort(
      (a, b) => byText(a.file, b.file) || byText(a.project, b.project) || byText(a.phase, b.phase),
    );
}

/** Most frequent first. */
export const errorReports = (errors: SignatureTally): SuiteError[] =>
  errors.list().map(({ message, frame, count, firstRun }) => ({ message, frame, count, firstRun }));
