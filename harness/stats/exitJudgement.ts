import type { HuntReport } from './huntReport.js';

/** What a hunt's exit code is to fail on. */
export type FailOn = 'flaky' | 'broken' | 'never';

/**
 * Says whether a hunt found what it was to fail on.
 *
 * | in the report                                | flaky | broken | never |
 * |----------------------------------------------|-------|--------|-------|
 * | nothing but stable and unproven tests        | clean | clean  | clean |
 * | a flaky test, or a file that failed at times | found | clean  | clean |
 * | a broken test, or a file that always failed  | found | found  | clean |
 * | an error of no file, or a crashed run        | found | found  | clean |
 *
 * An error which belongs to no file counts as broken even if it came once: nobody knows what it
 * kept from being seen.
 */
export function exitJudgement(report: HuntReport, failOn: FailOn): 'clean' | 'found' {
  if (failOn === 'never') return 'clean';
  const verdicts = [...report.tests, ...report.files].map(({ verdict }) => verdict);
  const atLarge = report.errors.length > 0 || report.hunt.runs.crashed > 0;
  const broken = atLarge || verdicts.includes('broken');
  const found = failOn === 'broken' ? broken : broken || verdicts.includes('flaky');
  return found ? 'found' : 'clean';
}
