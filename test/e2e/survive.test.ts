import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HuntReport } from '../../harness/stats/huntReport.js';
import {
  copySuite,
  countsOf,
  type Finished,
  inThreads,
  reportOf,
  type Suite,
} from '../support/e2e.js';
import { expectedFileFailures, expectedTests, expectedWords } from './survive.expected.js';

const runs = 2;
let suite: Suite;
let hunt: Finished;
let report: HuntReport;

beforeAll(async () => {
  suite = await copySuite('survive');
  // A thread takes its heap limit from here; a forked worker has a smaller one from the config.
  const env = inThreads ? { NODE_OPTIONS: '--max-old-space-size=320' } : {};
  hunt = await suite.hunt(['--runs', String(runs), '--timeout', '6s', '--seed', '7'], { env });
  report = reportOf(hunt);
});
afterAll(() => suite.remove());

test('the hunt goes on to its last run and says that it found something', () => {
  expect(hunt.exitCode).toBe(1);
  expect(report.hunt.runs).toEqual({ asked: runs, done: runs, crashed: 0 });
  expect(report.hunt.stopped).toBe('runsDone');
});

describe.each(Object.entries(expectedTests))('%s', (file, tests) => {
  test.each(Object.entries(tests))('%s: every attempt is there', (name, ends) => {
    const [fullName = name, ordinal] = name.split(' #');
    const found = report.tests.filter((t) => t.file === file && t.name === fullName);
    if (ends === 'unheard') return expect(found.filter((t) => t.attempts > 0)).toEqual([]);
    const one = ordinal === undefined ? found[0] : sortOut(found, name.endsWith('0'));
    expect(found).toHaveLength(ordinal === undefined ? 1 : 2);
    expect(one && countsOf(one)).toBe(inCounts(ends));
  });

  test('has no other test', () => {
    const names = Object.keys(tests).map((name) => name.split(' #')[0]);
    expect(namesIn(file).filter((name) => !names.includes(name))).toEqual([]);
  });
});

test('no file is missing and none was made up', () => {
  const collected = new Set(report.tests.map((t) => t.file));
  expect([...collected].sort()).toEqual(Object.keys(expectedTests).sort());
  expect(report.hunt.files).toBe(collected.size + 3);
});

test('what goes wrong outside tests is laid at its file, in every run', () => {
  const found = report.files.map((f) => [f.file, f.phase, f.failedRuns]);
  const wanted = Object.entries(expectedFileFailures).map(([file, [phase]]) => [file, phase, runs]);
  expect(found.sort()).toEqual(wanted.sort());
});

test.each(Object.entries(expectedFileFailures))('%s: %s, in its own words', (file, [, words]) => {
  const messages = report.files.filter((f) => f.file === file).flatMap((f) => f.signatures);
  expect(messages.map((s) => s.message).join('\n')).toMatch(words);
});

test.each(Object.entries(expectedWords))(
  '%s: the culprit is named with its cause',
  (file, words) => {
    const bad = report.tests.find((t) => t.file === file && t.name === 'bad');
    expect(bad?.verdict).toBe('broken');
    expect(bad?.signatures.map((s) => s.message).join('\n')).toMatch(words);
  },
);

test('nothing is left in errors that belongs to a file', () => {
  expect(report.errors).toEqual([]);
});

test('a test that fails before it passes is flaky, also within one run', () => {
  const retried = report.tests.find((t) => t.name === 'passes on the second try');
  expect(retried?.verdict).toBe('flaky');
  expect(retried?.flakeRate).toBe(0.5);
});

test('what tests print does not reach the terminal', () => {
  expect(hunt.stdout.length + hunt.stderr.length).toBeLessThan(200_000);
});

test('no process is left, neither workers nor what tests had started', () => {
  expect(hunt.leftRunning).toEqual([]);
});

test('nothing is written but .flakehound', () => {
  expect(hunt.treeChanges).toEqual([]);
  // Vitest makes a folder of such a name itself, and leaves it when it is killed.
  expect(hunt.leftInTmp.filter((name) => !/^[\w-]{21}$/.test(name))).toEqual([]);
});

function namesIn(file: string): string[] {
  return report.tests.filter((t) => t.file === file).map((t) => t.name);
}

/** Tests of one name: the first defined passes, the second fails. */
function sortOut(
  found: HuntReport['tests'],
  first: boolean,
): HuntReport['tests'][number] | undefined {
  return found.find((t) => (first ? t.failed === 0 : t.failed > 0));
}

/** `failed passed` in each of the runs, as `countsOf` words it. */
function inCounts(ends: string): string {
  const all = ends.split(' ');
  const kinds = ['passed', 'failed', 'timedOut', 'crashed', 'skipped'];
  const counts = kinds.map(
    (kind) => [kind, all.filter((end) => end === kind).length * runs] as const,
  );
  const some = counts.filter(([, count]) => count > 0);
  return some.map(([kind, count]) => `${kind} ${count}`).join(', ');
}
