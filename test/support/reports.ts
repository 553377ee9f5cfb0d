import fc from 'fast-check';
import { flakeInterval } from '../../harness/stats/flakeInterval.js';
import type {
  FileReport,
  HuntHead,
  HuntReport,
  Signature,
  TestReport,
} from '../../harness/stats/huntReport.js';
import { verdictOf } from '../../harness/stats/verdict.js';

/** Parts of a report, each complete: a test writes only what it is about. */
export const aHead = (over: Partial<HuntHead> = {}): HuntHead => ({
  id: 'hunt-1',
  seed: 42,
  root: '/repo',
  command: ['flakehound', 'hunt'],
  vitest: '4.1.12',
  node: '20.20.0',
  startedAt: '2024-05-01T10:00:00.000Z',
  durationMs: 12_300,
  runs: { asked: 20, done: 20, crashed: 0 },
  conditions: ['baseline'],
  interrupted: false,
  stopped: 'runsDone',
  confidence: 0.95,
  prove: null,
  workers: 2,
  executor: 'forkServer',
  files: 1,
  shard: null,
  notices: [],
  ...over,
});

export const aSignature = (over: Partial<Signature> = {}): Signature => ({
  key: '0123456789ab',
  message: 'expected 3 to be 4',
  frame: 'src/store/save.ts:42:11',
  count: 1,
  firstRun: 1,
  replay: 'npx flakehound hunt test/store/save.test.ts --until-failure --runs 14 --seed 42',
  ...over,
});

/** A test that passed in each of 20 attempts; rate, interval, verdict follow from the counts. */
export function aTest(over: Partial<TestReport> = {}): TestReport {
  const given = { passed: 20, failed: 0, timedOut: 0, crashed: 0, skipped: 0, ...over };
  const { passed, failed, timedOut, crashed, skipped } = given;
  const bad = failed + timedOut + crashed;
  const counts = { attempts: passed + bad, passed, failed, timedOut, crashed, skipped };
  const { attempts } = counts;
  const rate = {
    flakeRate: attempts === 0 ? null : bad / attempts,
    interval: attempts === 0 ? null : flakeInterval(bad, attempts, 0.95),
  };
  return {
    id: 'aaaaaaaaaaaa',
    file: 'test/store/save.test.ts',
    name: 'store > keeps every write',
    project: '',
    verdict: verdictOf(counts, { prove: null, confidence: 0.95 }),
    ...counts,
    ...rate,
    byCondition: [{ condition: 'baseline', ...counts, ...rate }],
    signatures: bad === 0 ? [] : [aSignature({ count: bad })],
    durationMs: {
      min: 1,
      median: 2,
      p95: 4,
      max: 9,
      buckets: [
        [2, 10],
        [4, 10],
      ],
    },
    ...over,
  };
}

export const aFlakyTest = (over: Partial<TestReport> = {}): TestReport =>
  aTest({ passed: 164, failed: 36, ...over });

export const aBrokenTest = (over: Partial<TestReport> = {}): TestReport =>
  aTest({ passed: 0, failed: 20, ...over });

export function aFile(over: Partial<FileReport> = {}): FileReport {
  const { runs = 20, failedRuns = 1 } = over;
  return {
    file: 'test/import.test.ts',
    project: '',
    phase: 'import',
    verdict: failedRuns === runs ? 'broken' : 'flaky',
    runs,
    failedRuns,
    flakeRate: failedRuns / runs,
    interval: flakeInterval(failedRuns, runs, 0.95),
    byCondition: [{ condition: 'baseline', runs, failedRuns }],
    signatures: [aSignature({ count: failedRuns })],
    ...over,
  };
}

export const aReport = (
  over: Partial<Omit<HuntReport, 'hunt'>> & { readonly hunt?: Partial<HuntHead> } = {},
): HuntReport => ({
  schemaVersion: 1,
  tests: [],
  files: [],
  errors: [],
  ...over,
  hunt: aHead(over.hunt),
});

/** What people and programs put into names and messages, and worse. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'expected',
          '日本語のテスト',
          '\x1b[31mred\x1b[0m',
          '\x1b]8;;x\x07',
          '\n',
          '\r\n',
          '\t',
          '\u2028',
          '👨‍👩‍👧‍👦',
          'ทดสอบ',
          'परीक्षण',
          'e\u0301',
          '\u202e',
          '\ud83d',
          '\ue000',
          '\u0600',
          '|',
          '`',
          '</details>',
          ']]>',
          '&amp;',
          '::error::',
          '%0A',
        ),
        fc.string({ maxLength: 40 }),
      ),
      { maxLength: 60 },
    )
    .map((words) => words.join(' ')),
  fc.string({ minLength: 300, maxLength: 2000 }),
);

const anySignature: fc.Arbitrary<Signature> = fc.record({
  key: fc.constantFrom('0123456789ab', 'fedcba987654'),
  message: anyText,
  frame: fc.option(anyText),
  count: fc.integer({ min: 1, max: 20_000 }),
  firstRun: fc.integer({ min: 1, max: 2000 }),
  replay: anyText,
});

const anyTest: fc.Arbitrary<TestReport> = fc
  .record({
    file: anyText,
    name: anyText,
    project: fc.oneof(fc.constant(''), anyText),
    passed: fc.nat(20_000),
    failed: fc.nat(20_000),
    timedOut: fc.nat(3),
    crashed: fc.nat(3),
    skipped: fc.nat(30),
    signatures: fc.array(anySignature, { maxLength: 5 }),
  })
  .map((over) => {
    const test = aTest(over);
    const [one] = test.byCondition;
    // `aTest` makes one condition.
    return { ...test, byCondition: [one!, { ...one!, condition: 'stressed' as const }] };
  });

const anyFile: fc.Arbitrary<FileReport> = fc
  .record({
    file: anyText,
    project: anyText,
    phase: fc.constantFrom('import', 'hook', 'crash', 'timeout', 'unhandled', 'teardown'),
    failedRuns: fc.integer({ min: 1, max: 20 }),
    signatures: fc.array(anySignature, { maxLength: 3 }),
  })
  .map(aFile);

/** Reports that obey the schema, with any text where text may be. */
export const anyReport: fc.Arbitrary<HuntReport> = fc
  .record({
    tests: fc.array(anyTest, { maxLength: 6 }),
    files: fc.array(anyFile, { maxLength: 3 }),
    errors: fc.array(
      fc.record({
        message: anyText,
        frame: fc.option(anyText),
        count: fc.integer({ min: 1, max: 99 }),
        firstRun: fc.integer({ min: 1, max: 99 }),
      }),
      { maxLength: 3 },
    ),
    notices: fc.array(fc.record({ code: fc.constant('CODE'), message: anyText }), { maxLength: 2 }),
    durationMs: fc.nat(1e9),
    seed: fc.nat(),
    prove: fc.option(fc.constantFrom(0.01, 0.2)),
    asked: fc.option(fc.nat(1e6)),
    done: fc.nat(1e6),
    stopped: fc.constantFrom('runsDone', 'timeUp', 'failureFound', 'allSettled', 'interrupted'),
  })
  .map(({ tests, files, errors, asked, done, ...head }) =>
    aReport({
      tests,
      files,
      errors,
      hunt: {
        ...head,
        runs: { asked, done, crashed: done % 3 },
        conditions: ['baseline', 'stressed'],
        interrupted: head.stopped === 'interrupted',
      },
    }),
  );
