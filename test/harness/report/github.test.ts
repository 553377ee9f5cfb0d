import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderGithub } from '../../../harness/report/github.js';
import {
  aBrokenTest,
  aFile,
  aFlakyTest,
  anyReport,
  aReport,
  aSignature,
  aTest,
} from '../../support/reports.js';

const annotationsOf = (report: Parameters<typeof renderGithub>[0]) =>
  renderGithub(report)
    .annotations.split('\n')
    .filter((line) => line !== '');

describe('annotations', () => {
  test('point at the line that failed and tell how to see it again', () => {
    expect(annotationsOf(aReport({ tests: [aFlakyTest(), aTest()] }))).toEqual([
      '::error file=src/store/save.ts,line=42,col=11,' +
        'title=flaky 18.0 %25%3A store > keeps every write::' +
        'store > keeps every write%0A' +
        'flaky: 18.0 %25 (13.3 %25 to 23.9 %25, 36 of 200 failed)%0A' +
        'expected 3 to be 4%0A' +
        `Reproduce: ${aSignature().replay}`,
    ]);
  });

  test('point at the test file where no line is known', () => {
    const signatures = [aSignature({ frame: null })];
    const [line] = annotationsOf(aReport({ tests: [aFlakyTest({ signatures })] }));
    expect(line).toMatch(/^::error file=test\/store\/save\.test\.ts,title=/);
  });

  test('colons and commas of properties, percent signs and line breaks are escaped', () => {
    const name = 'a, b: 100%\r\nc';
    const [line] = annotationsOf(
      aReport({ tests: [aFlakyTest({ name, file: 'C:\\a,b.ts', signatures: [] })] }),
    );
    expect(line).toContain('file=C%3A\\a%2Cb.ts,');
    expect(line).toContain('a%2C b%3A 100%25 c::a, b: 100%25 c%0A');
  });

  test('are ten at most, then a notice', () => {
    const tests = Array.from({ length: 12 }, (_, index) => aBrokenTest({ name: `${index}` }));
    const lines = annotationsOf(aReport({ tests, files: [aFile()] }));
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('::notice title=flakehound::3 more failures: see the job summary');
  });

  test('are one command on each line, whatever the names', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const { annotations } = renderGithub(report);
        expect(annotations).not.toContain('\r');
        for (const line of annotations.split('\n').slice(0, -1)) {
          expect(line).toMatch(/^::(error|notice) [^:]*?title=[^:,]*::/);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the job summary', () => {
  test('stays within what GitHub accepts', () => {
    const wide = '日'.repeat(5000);
    const signatures = Array.from({ length: 5 }, (_, index) =>
      aSignature({ count: index + 1, message: wide, frame: wide, replay: wide }),
    );
    const tests = Array.from({ length: 80 }, () => aFlakyTest({ name: wide, signatures }));
    const { summary } = renderGithub(aReport({ tests }));
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    expect(summary).toMatch(/and \d+ more: see the JSON report/);
  });
});
