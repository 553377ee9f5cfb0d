// @vitest-environment jsdom
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderJunit } from '../../../harness/report/junit.js';
import type { HuntReport } from '../../../harness/stats/huntReport.js';
import {
  aBrokenTest,
  aFile,
  aFlakyTest,
  anyReport,
  aReport,
  aSignature,
  aTest,
} from '../../support/reports.js';

/** The part of the DOM that is used here; jsdom brings it, without types. */
interface XmlNode {
  readonly localName: string;
  readonly textContent: string;
  readonly children: Iterable<XmlNode>;
  getAttribute(name: string): string | null;
  querySelector(selector: string): XmlNode | null;
  querySelectorAll(selector: string): Iterable<XmlNode>;
}
declare const DOMParser: new () => {
  parseFromString(text: string, type: string): XmlNode & { readonly documentElement: XmlNode };
};

function parsed(report: HuntReport): XmlNode {
  const document = new DOMParser().parseFromString(renderJunit(report), 'application/xml');
  expect(document.querySelector('parsererror')?.textContent).toBeUndefined();
  return document.documentElement;
}

const outline = (node: XmlNode | null): string[] =>
  [...(node?.children ?? [])].map(({ localName }) => localName);
const testcase = (report: HuntReport) => parsed(report).querySelector('testcase');

describe('a JUnit report', () => {
  test('is well-formed, whatever the names and messages', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        expect(parsed(report).localName).toBe('testsuites');
      }),
      { numRuns: 60 },
    );
  });

  test('keeps a name as it was, but for what XML cannot hold', () => {
    const name = 'a & b < "c" > d\n\te \x1b[31mred\x1b[0m\x07\ufffe ]]>';
    expect(testcase(aReport({ tests: [aTest({ name })] }))?.getAttribute('name')).toBe(
      'a & b < "c" > d\n\te red ]]>',
    );
  });

  test('has a suite for each file of each project', () => {
    const root = parsed(
      aReport({
        tests: [
          aTest({ file: 'b.test.ts' }),
          aTest({ file: 'a.test.ts', name: '1' }),
          aTest({ file: 'a.test.ts', name: '2' }),
          aTest({ file: 'a.test.ts', project: 'web' }),
        ],
      }),
    );
    expect(
      [...root.children].map((suite) => [suite.getAttribute('name'), suite.getAttribute('tests')]),
    ).toEqual([
      ['[web] a.test.ts', '1'],
      ['a.test.ts', '2'],
      ['b.test.ts', '1'],
    ]);
  });

  test('counts a flaky test as passed, with each way in which it failed', () => {
    const report = aReport({
      tests: [
        aFlakyTest({
          signatures: [
            aSignature({ count: 31 }),
            aSignature({ count: 5, message: 'EBUSY', frame: null, replay: 'npx again' }),
          ],
        }),
      ],
    });
    const root = parsed(report);
    expect(['tests', 'failures', 'errors', 'skipped'].map((key) => root.getAttribute(key))).toEqual(
      ['1', '0', '0', '0'],
    );
    const found = root.querySelector('testcase');
    expect(outline(found)).toEqual(['properties', 'flakyFailure', 'flakyFailure']);
    const [first, second] = [...root.querySelectorAll('flakyFailure')];
    expect(first?.getAttribute('message')).toBe('31 of 200: expected 3 to be 4');
    expect(first?.getAttribute('type')).toBe('failed');
    expect(first?.querySelector('stackTrace')?.textContent).toBe(
      'expected 3 to be 4\n    at src/store/save.ts:42:11',
    );
    expect(second?.querySelector('system-out')?.textContent).toBe('npx again');
  });

  test('counts a broken test as failed, its further attempts as reruns', () => {
    const root = parsed(aReport({ tests: [aBrokenTest()] }));
    expect(root.getAttribute('failures')).toBe('1');
    expect(outline(root.querySelector('testcase'))).toEqual([
      'properties',
      'failure',
      'rerunFailure',
    ]);
    expect(root.querySelector('failure')?.getAttribute('message')).toContain('20 of 20: ');
    expect(root.querySelector('rerunFailure')?.getAttribute('message')).toContain('19 of 20: ');
  });

  test('a test that failed in one attempt only has no reruns', () => {
    expect(outline(testcase(aReport({ tests: [aTest({ passed: 0, failed: 1 })] })))).toEqual([
      'properties',
      'failure',
    ]);
  });

  test.each([
    ['flaky by time limits', { passed: 19, timedOut: 1 }, ['flakyError']],
    ['flaky by crashes', { passed: 19, crashed: 1 }, ['flakyError']],
    ['always timed out', { passed: 0, timedOut: 20 }, ['error', 'rerunError']],
    ['always skipped', { passed: 0, skipped: 20 }, ['skipped']],
    ['stable', { passed: 20 }, []],
  ])('a test %s has %o: %j', (_, counts, elements) => {
    expect(outline(testcase(aReport({ tests: [aTest(counts)] }))).slice(1)).toEqual(elements);
  });

  test('tells rate and interval of each test, and seed and runs of the hunt', () => {
    const root = parsed(aReport({ tests: [aFlakyTest()] }));
    const properties = Object.fromEntries(
      [...root.querySelectorAll('property')].map((one) => [
        one.getAttribute('name'),
        one.getAttribute('value'),
      ]),
    );
    expect(properties).toMatchObject({
      'flakehound.seed': '42',
      'flakehound.runs': '20',
      'flakehound.verdict': 'flaky',
      'flakehound.attempts': '200',
      'flakehound.rate': '18.0 %',
      'flakehound.interval': '13.3 % to 23.9 %',
    });
  });

  test('puts failures outside tests into their file, errors into none', () => {
    const root = parsed(
      aReport({
        tests: [aTest({ file: 'test/import.test.ts' })],
        files: [aFile(), aFile({ phase: 'crash', failedRuns: 20 })],
        errors: [{ message: 'globalSetup failed', frame: null, count: 1, firstRun: 1 }],
      }),
    );
    expect(
      [...root.querySelectorAll('testcase')].map((one) => [
        one.getAttribute('classname'),
        outline(one).filter((name) => name !== 'properties')[0],
      ]),
    ).toEqual([
      ['(no file)', 'error'],
      ['test/import.test.ts', 'flakyError'],
      ['test/import.test.ts', 'error'],
      ['test/import.test.ts', undefined],
    ]);
    expect(root.getAttribute('errors')).toBe('2');
  });

  test('gives the median as time, in seconds', () => {
    const durationMs = { min: 1, median: 1234.4, p95: 4, max: 9, buckets: [] };
    const test = testcase(aReport({ tests: [aTest({ durationMs })] }));
    expect(test?.getAttribute('time')).toBe('1.234');
  });
});
