import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../harness/report/markdown.js';
import { aFile, aFlakyTest, anyReport, aReport, aSignature, aTest } from '../../support/reports.js';

const rowsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('| flaky'));

describe('the Markdown report', () => {
  test('tells rate, interval, n and test in a table, failures and command below it', () => {
    const text = renderMarkdown(aReport({ tests: [aFlakyTest(), aTest({ name: 'other' })] }));
    expect(text).toContain('## flakehound: 1 flaky, 0 broken, 1 stable\n');
    expect(rowsOf(text)).toEqual([
      '| flaky | 18.0 % | 13.3 % to 23.9 % | 36 of 200 | ' +
        '<code>test/store/save.test.ts</code><br><code>store &#62; keeps every write</code> |',
    ]);
    expect(text).toContain('```text\n36x expected 3 to be 4\n    at src/store/save.ts:42:11\n```');
    expect(text).toContain(`\`\`\`sh\n${aSignature().replay}\n\`\`\``);
    expect(text).toContain('1 stable: at most 13.9 % at 95 %; run 299 to exclude 1 %.');
  });

  test('takes no name for markup', () => {
    const name = '`a` | <b> *c* [d](http://e) </details> @you #1 www.f.gh $x$';
    const [row = ''] = rowsOf(renderMarkdown(aReport({ tests: [aFlakyTest({ name })] })));
    const cell = row.split(' | ').at(-1)?.replace(/ \|$/, '') ?? '';
    expect(row.match(/\|/g)).toHaveLength(6);
    expect(cell.replace(/<\/?code>|<br>|&#\d+;/g, '')).not.toMatch(/[`|<>*[\]@$]|:\/\/|www\./);
  });

  test('a fence is longer than any in the message', () => {
    const signatures = [aSignature({ message: 'got ```` instead' })];
    const text = renderMarkdown(aReport({ tests: [aFlakyTest({ signatures })] }));
    expect(text).toContain('\n`````text\n1x got ```` instead\n');
  });

  test('every row stays a row and every fold is closed, whatever the names', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const text = renderMarkdown(report);
        for (const row of rowsOf(text)) expect(row.match(/\|/g)).toHaveLength(6);
        const outside = text.replace(/^(`{3,})[a-z]+\n[\s\S]*?\n\1$/gm, '');
        expect(outside.match(/<details>/g)?.length).toBe(outside.match(/<\/details>/g)?.length);
      }),
      { numRuns: 60 },
    );
  });

  test('failures outside tests have a table of their own', () => {
    const text = renderMarkdown(aReport({ tests: [aTest()], files: [aFile()] }));
    expect(text).toContain('### Failures outside any test\n\n| verdict');
    expect(text).toContain('1 of 20 runs');
  });

  test('a hunt without tests says so', () => {
    expect(renderMarkdown(aReport())).toContain('## flakehound: no test was carried out\n');
  });
});
