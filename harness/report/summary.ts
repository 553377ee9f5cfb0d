import type { StopReason } from '../events.js';
import { flakeInterval } from '../stats/flakeInterval.js';
import type { HuntHead, HuntReport, TestReport } from '../stats/huntReport.js';
import { runsToExclude } from '../stats/runsNeeded.js';
import { stableSummary } from '../stats/stableSummary.js';
import { chosenPercent, count, counted, duration, percent, speed } from './format.js';

/** How many tests ended how. */
export interface Tally {
  readonly flaky: number;
  readonly broken: number;
  readonly stable: number;
  readonly unproven: number;
  /** Skipped in every run, so that nothing is known of them. */
  readonly skipped: number;
  readonly failingFiles: number;
  readonly errors: number;
  /** Attempts of all tests. */
  readonly attempts: number;
}

/** Groups of tests with the same number of attempts that are told one by one. */
const mostGroups = 4;

/** How many tests got each verdict. */
export function tallyOf(report: HuntReport): Tally {
  const ran = report.tests.filter(({ attempts }) => attempts > 0);
  const of = (verdict: string) => ran.filter((test) => test.verdict === verdict).length;
  return {
    flaky: of('flaky'),
    broken: of('broken'),
    stable: of('stable'),
    unproven: of('unproven'),
    skipped: report.tests.length - ran.length,
    failingFiles: new Set(report.files.map(({ file, project }) => `${project}\n${file}`)).size,
    errors: report.errors.length,
    attempts: ran.reduce((sum, { attempts }) => sum + attempts, 0),
  };
}

/** `2 flaky, 1 broken, 412 stable`; flaky and broken are named even at 0. */
export function tallyWords(tally: Tally): string {
  const always = [`${count(tally.flaky)} flaky`, `${count(tally.broken)} broken`];
  const others = [
    tally.failingFiles > 0 && `${counted(tally.failingFiles, 'file')} failing outside tests`,
    tally.errors > 0 && `${counted(tally.errors, 'error')} of no file`,
    tally.stable > 0 && `${count(tally.stable)} stable`,
    tally.unproven > 0 && `${count(tally.unproven)} unproven`,
    tally.skipped > 0 && `${count(tally.skipped)} skipped`,
  ];
  return [...always, ...others.filter((one) => one !== false)].join(', ');
}

/** How far the stable ones are proven, then what is missing to the unproven ones: a sentence each. */
export function proofWords(report: HuntReport): string[] {
  return [...stableWords(report), ...unprovenWords(report), ...skippedWords(report)];
}

function stableWords(report: HuntReport): string[] {
  const { groups, next, confidence } = stableSummary(report);
  const at = chosenPercent(confidence);
  const more = report.hunt.prove === null && next !== null ? moreRuns(report.hunt, next) : '';
  const last = (at: number) => (at === Math.min(groups.length, mostGroups + 1) - 1 ? more : '');
  const said = groups.slice(0, mostGroups).map(({ tests, attempts, atMost }, index) => {
    const after = groups.length > 1 ? ` in ${counted(attempts, 'attempt')}` : '';
    return `${count(tests)} stable${after}: ${bound(tests, atMost)} at ${at}${last(index)}`;
  });
  const rest = groups.slice(mostGroups);
  if (rest.length > 0) {
    const tests = rest.reduce((sum, group) => sum + group.tests, 0);
    // Groups come with the most attempts first, so the last one is proven least.
    const worst = rest.at(-1)?.atMost ?? 1;
    said.push(
      `${count(tests)} stable in fewer: ${bound(tests, worst)} at ${at}${last(mostGroups)}`,
    );
  }
  return said;
}

const bound = (tests: number, atMost: number): string =>
  `at most ${percent(atMost)}${tests === 1 ? '' : ' each'}`;

/** `--runs` counts the runs of each condition. */
function moreRuns(hunt: HuntHead, next: { readonly rate: number; readonly runs: number }): string {
  const conditions = Math.max(1, hunt.conditions.length);
  const per = conditions > 1 ? ' of each condition' : '';
  return `; run ${count(Math.ceil(next.runs / conditions))}${per} to exclude ${chosenPercent(next.rate)}`;
}

function unprovenWords({ tests, hunt }: HuntReport): string[] {
  const unproven = tests.filter((test) => test.verdict === 'unproven' && test.attempts > 0);
  if (unproven.length === 0) return [];
  const fewest = Math.min(...unproven.map(({ attempts }) => attempts));
  const { high } = flakeInterval(0, fewest, hunt.confidence);
  const needs =
    hunt.prove === null
      ? ''
      : `; ${counted(runsToExclude(hunt.prove, hunt.confidence), 'attempt')} exclude ${chosenPercent(hunt.prove)}`;
  return [
    `${count(unproven.length)} unproven after ${counted(fewest, 'attempt')}${sameAttempts(unproven) ? '' : ' or more'}: ${bound(unproven.length, high)} at ${chosenPercent(hunt.confidence)}${needs}`,
  ];
}

const sameAttempts = (tests: readonly TestReport[]): boolean =>
  new Set(tests.map(({ attempts }) => attempts)).size === 1;

function skippedWords({ tests }: HuntReport): string[] {
  const skipped = tests.filter(({ attempts }) => attempts === 0).length;
  return skipped === 0 ? [] : [`${count(skipped)} skipped in every run: nothing is known of them`];
}

const stopWords: Readonly<Record<StopReason, string>> = {
  runsDone: '',
  timeUp: ' (time was up)',
  failureFound: ' (stopped at the first failure)',
  allSettled: ' (all tests settled)',
  interrupted: ' (interrupted)',
};

/** Runs done of asked, attempts, duration, speed, seed. */
export function closingWords({ hunt }: HuntReport, tally: Tally): string {
  const { asked, done, crashed } = hunt.runs;
  const runs = asked === null ? counted(done, 'run') : `${count(done)} of ${counted(asked, 'run')}`;
  const rate =
    hunt.durationMs > 0 && tally.attempts > 0
      ? ` (${speed((tally.attempts * 1000) / hunt.durationMs)})`
      : '';
  return [
    `${runs}${stopWords[hunt.stopped]}`,
    crashed > 0 && `${counted(crashed, 'run')} crashed`,
    hunt.shard !== null && `shard ${hunt.shard.index}/${hunt.shard.count}`,
    hunt.conditions.length > 1 && `conditions ${hunt.conditions.join(' + ')}`,
    `${counted(tally.attempts, 'attempt')} in ${duration(hunt.durationMs)}${rate}`,
    `seed ${hunt.seed}`,
    tally.flaky + tally.broken + tally.failingFiles > 0 &&
      `intervals at ${chosenPercent(hunt.confidence)}`,
  ]
    .filter((one) => one !== false)
    .join(', ');
}
