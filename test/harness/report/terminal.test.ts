import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { printable } from '../../../harness/report/fitText.js';
import { renderTerminal } from '../../../harness/report/terminal.js';
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

const at = (columns: number, report: HuntReport) =>
  renderTerminal(report, { columns, colour: false });

const stable = (tests: number, passed = 20) =>
  Array.from({ length: tests }, (_, index) => aTest({ name: `stable ${passed} ${index}`, passed }));

describe.each([
  ['stacked at 80 columns', 80],
  ['as a table at 200 columns', 200],
])('the final report, %s', (_, columns) => {
  const signature = aSignature({ replay: 'npx flakehound hunt "test/a b.test.ts" --seed 1' });

  test('tells rate, interval, n, place, signature of a flaky test', () => {
    const text = at(columns, aReport({ tests: [aFlakyTest()] }));
    for (const part of [
      'flaky',
      '18.0 %',
      '13.3 % to 23.9 %',
      '36 of 200',
      'test/store/save.test.ts',
      'store > keeps every write',
      '36x expected 3 to be 4',
      'at src/store/save.ts:42:11',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('gives each command a line of its own, whole', () => {
    const long = aSignature({ replay: `npx flakehound hunt ${'x'.repeat(400)}` });
    const lines = at(
      columns,
      aReport({
        tests: [
          aFlakyTest({ name: 'a', signatures: [signature] }),
          aFlakyTest({ name: 'b', signatures: [long] }),
        ],
      }),
    ).split('\n');
    expect(lines.map((line) => line.trim())).toContain(signature.replay);
    expect(lines.map((line) => line.trim())).toContain(long.replay);
  });

  test('shows flaky before broken, the highest rate first', () => {
    const text = at(
      columns,
      aReport({
        tests: [
          aBrokenTest({ name: 'third' }),
          aFlakyTest({ name: 'second', passed: 19, failed: 1 }),
          aFlakyTest({ name: 'first', passed: 10, failed: 10 }),
        ],
      }),
    );
    const places = ['first', 'second', 'third'].map((name) => text.indexOf(name));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  test('shows what happened under each condition where there are several', () => {
    const seen = aFlakyTest();
    const [one] = seen.byCondition;
    const only = at(columns, aReport({ tests: [seen] }));
    const byCondition = [
      one!,
      { ...one!, condition: 'stressed' as const, attempts: 40, passed: 4 },
    ];
    const both = at(columns, aReport({ tests: [{ ...seen, byCondition }] }));
    expect(only).not.toContain('baseline');
    expect(both.replace(/\s+/g, ' ')).toContain(
      'baseline 18.0 % (36 of 200), stressed 90.0 % (36 of 40)',
    );
  });

  test('tells of the most frequent failures and counts the others', () => {
    const signatures = [1, 2, 9, 3, 4].map((count) => aSignature({ count, message: `m${count}` }));
    const text = at(columns, aReport({ tests: [aFlakyTest({ signatures })] }));
    expect(text).toMatch(/9x m9[\s\S]*4x m4[\s\S]*3x m3[\s\S]*and 2 more ways to fail/);
    expect(text).not.toContain('m2');
  });

  test('shows fifty findings and counts the others', () => {
    const tests = Array.from({ length: 53 }, (_, index) => aFlakyTest({ name: `test ${index};` }));
    const text = at(columns, aReport({ tests }));
    expect(text.match(/test \d+;/g)).toHaveLength(50);
    expect(text).toContain('and 3 more: see --report json=FILE');
  });

  test('tells of failures outside tests, errors and notices', () => {
    const text = at(
      columns,
      aReport({
        hunt: { notices: [{ code: 'TYPECHECK_OFF', message: 'typecheck stays off' }] },
        tests: [aTest()],
        files: [aFile()],
        errors: [{ message: 'globalSetup failed', frame: 'setup.ts:3:9', count: 2, firstRun: 7 }],
      }),
    );
    expect(text).toContain('1 of 20 runs');
    expect(text).toContain('(while importing)');
    expect(text).toContain('2x globalSetup failed\n   at setup.ts:3:9, first in run 7');
    expect(text).toContain('- typecheck stays off');
  });
});

describe('what the final report says of the rest', () => {
  test('how far the stable ones are proven, and what would prove more', () => {
    expect(at(200, aReport({ tests: stable(412) }))).toContain(
      '412 stable: at most 13.9 % each at 95 %; run 299 to exclude 1 %',
    );
  });

  test('each number of attempts for itself', () => {
    const text = at(200, aReport({ tests: [...stable(2, 20), ...stable(3, 40)] }));
    expect(text).toContain('3 stable in 40 attempts: at most 7.2 % each at 95 %\n');
    expect(text).toContain(
      '2 stable in 20 attempts: at most 13.9 % each at 95 %; run 299 to exclude 1 %\n',
    );
  });

  test('many numbers of attempts at once, by the worst', () => {
    const tests = [10, 20, 30, 40, 50, 60].flatMap((passed) => stable(1, passed));
    expect(at(200, aReport({ tests }))).toContain(
      '2 stable in fewer: at most 25.9 % each at 95 %; run 299 to exclude 1 %\n',
    );
  });

  test('a proof that was reached asks for no more', () => {
    const text = at(200, aReport({ hunt: { prove: 0.01 }, tests: stable(1, 299) }));
    expect(text).toContain('1 stable: at most 1.0 % at 95 %\n');
  });

  test('what the unproven ones lack', () => {
    const tests = [aTest({ verdict: 'unproven', passed: 100 })];
    expect(at(200, aReport({ hunt: { prove: 0.01 }, tests }))).toContain(
      '1 unproven after 100 attempts: at most 3.0 % at 95 %; 299 attempts exclude 1 %',
    );
  });

  test('tests that were always skipped are not called stable', () => {
    const text = at(200, aReport({ tests: [aTest({ passed: 0, skipped: 20 })] }));
    expect(text).toContain('1 skipped in every run');
    expect(text).not.toContain('stable');
  });

  test('the totals, last', () => {
    const text = at(200, aReport({ tests: [aFlakyTest(), ...stable(2)] }));
    expect(text.split('\n').slice(-3)).toEqual([
      '1 flaky, 0 broken, 2 stable',
      '20 of 20 runs, 240 attempts in 12.3 s (20/s), seed 42, intervals at 95 %',
      '',
    ]);
  });

  test('a hunt that was interrupted before any test ended makes no claim', () => {
    const runs = { asked: 20, done: 0, crashed: 0 };
    const hunt = { runs, interrupted: true, stopped: 'interrupted', durationMs: 700 } as const;
    expect(at(80, aReport({ hunt }))).toBe(
      'The hunt ended before any test did: nothing is known of the suite.\n' +
        '0 of 20 runs (interrupted), 0 attempts in 700 ms, seed 42\n',
    );
  });
});

describe('the layout', () => {
  // Shrinking a failure to the smallest report would take minutes, in which nobody sees it.
  const briefly = { interruptAfterTimeLimit: 15_000 };
  const commandsOf = (report: HuntReport) =>
    new Set(
      [...report.tests, ...report.files].flatMap(({ signatures }) =>
        signatures.map(({ replay }) => printable(replay).trim()),
      ),
    );

  test('no line but a command is wider than the terminal, whatever the names', () => {
    fc.assert(
      fc.property(anyReport, fc.integer({ min: 40, max: 250 }), (report, columns) => {
        const commands = commandsOf(report);
        for (const line of at(columns, report).split('\n')) {
          if (commands.has(line.trim())) continue;
          expect(stringWidth(line), JSON.stringify(line)).toBeLessThanOrEqual(columns);
        }
      }),
      { numRuns: 60, ...briefly },
    );
  });

  test('no text from outside moves the cursor', () => {
    fc.assert(
      fc.property(anyReport, fc.constantFrom(80, 200), (report, columns) => {
        expect(at(columns, report)).not.toMatch(/[^\P{Cc}\n]|\p{Cs}/u);
      }),
      { numRuns: 40, ...briefly },
    );
  });

  test('colour changes nothing but colour', () => {
    const report = aReport({ tests: [aFlakyTest(), aBrokenTest(), aTest()], files: [aFile()] });
    for (const columns of [80, 200]) {
      const coloured = renderTerminal(report, { columns, colour: true });
      expect(coloured).toContain('\x1b[');
      expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(at(columns, report));
    }
  });

  test('columns of the table stand under their headings with wide characters', () => {
    const lines = at(
      200,
      aReport({ tests: [aFlakyTest({ name: 'परीक्षण 日本語 👨‍👩‍👧‍👦 ทดสอบ' })] }),
    ).split('\n');
    const heading = lines[0]?.indexOf('FAILURES') ?? -1;
    const row = lines.find((line) => line.includes('日本語')) ?? '';
    expect(stringWidth(row.slice(0, row.indexOf('at src/store')))).toBe(heading + '36x '.length);
  });
});
