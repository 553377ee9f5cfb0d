import type {
  Counts,
  FileReport,
  HuntReport,
  Signature,
  SuiteError,
  TestReport,
} from '../stats/huntReport.js';
import { byPlace, byText } from '../stats/order.js';
import { phaseWords } from './findings.js';
import { interval, percent, withProject } from './format.js';
import { element, renderXml, type XmlElement } from './xml.js';

/** One test case, and how its suite counts it. */
interface Case {
  readonly xml: XmlElement;
  readonly counts: 'passed' | 'failure' | 'error' | 'skipped';
  readonly seconds: number;
}

/**
 * The report as CI systems read it: JUnit XML in Maven Surefire's dialect, one suite for each file.
 *
 * A flaky test is a passed one with a `flakyFailure` (or `flakyError`, if it only timed out or
 * crashed) for each way in which it failed. A broken one has a `failure` (or `error`) and a
 * `rerunFailure` (`rerunError`) for the attempts after it. `time` is the median of an attempt.
 *
 * Source: surefire-test-report-3.0.xsd, which also sets the order of elements in a test case;
 * `properties` of a test case are beyond it, and read by several CI systems.
 */
export function renderJunit(report: HuntReport): string {
  const suites = new Map<string, Case[]>();
  const suiteOf = (name: string): Case[] => {
    const cases = suites.get(name) ?? [];
    suites.set(name, cases);
    return cases;
  };
  for (const file of report.files) {
    suiteOf(withProject(file.file, file.project)).push(fileCase(file));
  }
  for (const test of [...report.tests].sort(byPlace)) {
    suiteOf(withProject(test.file, test.project)).push(testCase(test));
  }
  report.errors.forEach((error, at) => {
    suiteOf('(no file)').push(errorCase(error, at + 1));
  });
  const all = [...suites].sort(([a], [b]) => byText(a, b));
  const totals = totalsOf(all.flatMap(([, cases]) => cases));
  const xml = all.map(([name, cases]) => suite(name, cases, report));
  return renderXml(element('testsuites', { name: 'flakehound', ...totals }, xml));
}

function suite(name: string, cases: readonly Case[], { hunt }: HuntReport): XmlElement {
  const properties = propertyList({
    seed: hunt.seed,
    runs: hunt.runs.done,
    conditions: hunt.conditions.join(' '),
    confidence: hunt.confidence,
    interrupted: String(hunt.interrupted),
    vitest: hunt.vitest,
    node: hunt.node,
  });
  return element('testsuite', { name, timestamp: hunt.startedAt, ...totalsOf(cases) }, [
    properties,
    ...cases.map(({ xml }) => xml),
  ]);
}

function totalsOf(cases: readonly Case[]) {
  const of = (what: Case['counts']) => cases.filter(({ counts }) => counts === what).length;
  return {
    tests: cases.length,
    failures: of('failure'),
    errors: of('error'),
    skipped: of('skipped'),
    time: seconds(cases.reduce((sum, one) => sum + one.seconds, 0)),
  };
}

function testCase(test: TestReport): Case {
  const took = (test.durationMs?.median ?? 0) / 1000;
  // The dialect has an `error` for what is no failed assertion, but signatures don't tell which.
  const kind = test.failed > 0 || test.timedOut + test.crashed === 0 ? 'Failure' : 'Error';
  const type = typeOf(test);
  const failures = failureElements(test, { verdict: test.verdict, kind, type, of: test.attempts });
  const skipped = test.attempts === 0;
  return {
    counts: skipped ? 'skipped' : test.verdict === 'broken' ? asCounted(kind) : 'passed',
    seconds: took,
    xml: element(
      'testcase',
      {
        name: test.name,
        classname: withProject(test.file, test.project),
        time: seconds(took),
      },
      [
        propertyList({
          id: test.id,
          verdict: test.verdict,
          attempts: test.attempts,
          rate: test.flakeRate === null ? null : percent(test.flakeRate),
          interval: test.interval === null ? null : interval(test.interval),
        }),
        ...failures,
        skipped ? element('skipped', {}) : null,
      ],
    ),
  };
}

function fileCase(file: FileReport): Case {
  const failures = failureElements(file, {
    verdict: file.verdict,
    kind: 'Error',
    type: file.phase,
    of: file.runs,
  });
  return {
    counts: file.verdict === 'broken' ? 'error' : 'passed',
    seconds: 0,
    xml: element(
      'testcase',
      {
        name: phaseWords[file.phase],
        classname: withProject(file.file, file.project),
        time: seconds(0),
      },
      [
        propertyList({
          verdict: file.verdict,
          attempts: file.runs,
          rate: percent(file.flakeRate),
          interval: interval(file.interval),
        }),
        ...failures,
      ],
    ),
  };
}

function errorCase({ message, frame, count, firstRun }: SuiteError, at: number): Case {
  const text = `${message}\n${frame === null ? '' : `    at ${frame}\n`}`;
  const attributes = { message: `${count}x, first in run ${firstRun}: ${message}`, type: 'Error' };
  return {
    counts: 'error',
    seconds: 0,
    xml: element('testcase', { name: `error ${at}`, classname: '(no file)', time: seconds(0) }, [
      element('error', attributes, [text]),
    ]),
  };
}

interface How {
  readonly verdict: string;
  readonly kind: 'Failure' | 'Error';
  readonly type: string;
  readonly of: number;
}

/** One element for each signature; a broken test's first failure comes before its reruns. */
function failureElements(
  { signatures }: { readonly signatures: readonly Signature[] },
  { verdict, kind, type, of }: How,
): XmlElement[] {
  const told = (one: Signature, times: number) => ({
    message: `${times} of ${of}: ${one.message}`,
    type,
  });
  const nested = (name: string, one: Signature, times: number) =>
    element(name, told(one, times), [
      element('stackTrace', {}, [stackOf(one)]),
      element('system-out', {}, [one.replay]),
    ]);
  if (verdict === 'flaky') return signatures.map((one) => nested(`flaky${kind}`, one, one.count));
  if (verdict !== 'broken') return [];
  const [first] = signatures;
  // A broken test without any recorded way to fail is broken all the same.
  if (first === undefined) return [element(asCounted(kind), { message: 'never passed', type })];
  const main = element(asCounted(kind), told(first, first.count), [
    `${stackOf(first)}\n${first.replay}\n`,
  ]);
  const reruns = signatures.flatMap((one, at) => {
    const times = at === 0 ? one.count - 1 : one.count;
    return times > 0 ? [nested(`rerun${kind}`, one, times)] : [];
  });
  return [main, ...reruns];
}

const stackOf = ({ message, frame }: Signature): string =>
  frame === null ? message : `${message}\n    at ${frame}`;

const asCounted = (kind: How['kind']) => (kind === 'Failure' ? 'failure' : 'error');

function typeOf({ failed, timedOut, crashed }: Counts): string {
  if (failed > 0) return 'failed';
  return timedOut >= crashed ? 'timedOut' : 'crashed';
}

const propertyList = (values: Readonly<Record<string, string | number | null>>): XmlElement =>
  element(
    'properties',
    {},
    Object.entries(values)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => element('property', { name: `flakehound.${name}`, value })),
  );

const seconds = (value: number): string => value.toFixed(3);
