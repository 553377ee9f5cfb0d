import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReport, renderJson } from '../../../harness/report/json.js';
import { FlakehoundError } from '../../../src/index.js';
import { aFile, aFlakyTest, anyReport, aReport, aSignature, aTest } from '../../support/reports.js';

const full = aReport({
  hunt: {
    shard: { index: 1, count: 2 },
    notices: [{ code: 'TYPECHECK_OFF', message: 'typecheck stays off' }],
  },
  tests: [aFlakyTest({ cause: { kind: 'order', evidence: 'passes alone' } })],
  files: [aFile()],
  errors: [{ message: 'no', frame: null, count: 1, firstRun: 1 }],
});

/** What `parseReport` throws for this text. */
function refusalOf(text: string): FlakehoundError {
  try {
    parseReport(text, 'hunt.json');
  } catch (error) {
    if (error instanceof FlakehoundError) return error;
    throw error;
  }
  throw new Error('was taken for a report');
}

/** Every way from the top of `value` to something inside it. */
function pathsIn(value: unknown, above: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [...above, key],
    ...pathsIn(inner, [...above, key]),
  ]);
}

/** A copy of the full report, and the object that holds the last part of `path`. */
function copyWith(path: readonly string[]) {
  const copy: unknown = JSON.parse(renderJson(full));
  let holder: unknown = copy;
  for (const key of path.slice(0, -1)) holder = Object(holder)[key];
  return { copy, holder: Object(holder), key: path.at(-1) ?? '' };
}

describe('the JSON report', () => {
  test('reads back as it was, whatever the names', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        expect(parseReport(renderJson(report), 'hunt.json')).toEqual(
          JSON.parse(JSON.stringify(report)),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('reads a report with a byte order mark', () => {
    expect(parseReport(`\ufeff${renderJson(full)}`, 'hunt.json')).toEqual(full);
  });

  test.each([
    ['an empty file', '', 'hunt.json is empty'],
    ['only spaces', ' \n', 'hunt.json is empty'],
    ['half a report', renderJson(full).slice(0, 700), 'ends in the middle: it is truncated'],
    ['another format', '<testsuites/>', 'hunt.json is not JSON'],
    ['two reports in a row', renderJson(full) + renderJson(full), 'hunt.json is not JSON'],
  ])('refuses %s as unreadable', (_, text, said) => {
    const { code, message, hint } = refusalOf(text);
    expect(code).toBe('REPORT_UNREADABLE');
    expect(message).toContain(said);
    expect(hint).toContain('--report json=FILE');
  });

  test.each([
    ['another document', '[]', 'the whole must be object, but is []'],
    ['null', 'null', 'the whole must be object, but is null'],
    ['an object of another kind', '{}', 'schemaVersion is missing'],
    [
      'a verdict that there is not',
      renderJson(full).replace('"verdict": "flaky"', '"verdict": "shaky"'),
      'tests[0].verdict must be one of stable, flaky, broken, unproven, but is "shaky"',
    ],
    [
      'a rate in percent',
      renderJson(full).replace('"flakeRate": 0.18', '"flakeRate": 18'),
      'tests[0].flakeRate must be <= 1, but is 18',
    ],
    [
      'a count in words',
      renderJson(full).replace('"seed": 42', '"seed": "42"'),
      'hunt.seed must be number, but is "42"',
    ],
    [
      'a field that there is not',
      renderJson(full).replace('"seed": 42', '"seed": 42, "luck": 1'),
      'hunt.luck is unknown in schemaVersion 1',
    ],
    [
      'counts that do not add up',
      renderJson(aReport({ tests: [aTest(), aTest({ attempts: 21 })] })),
      'tests[1].attempts must be the sum of passed, failed, timedOut and crashed (20), but is 21',
    ],
    [
      'a rate of no attempts',
      renderJson(aReport({ tests: [aTest({ flakeRate: null })] })),
      'tests[0].flakeRate must be null for 0 attempts and only then',
    ],
    [
      'more failures than runs',
      renderJson(aReport({ files: [{ ...aFile(), failedRuns: 21 }] })),
      'files[0].failedRuns must be at most runs (20), but is 21',
    ],
  ])('refuses %s and names the field', (_, text, said) => {
    const { code, message } = refusalOf(text);
    expect(code).toBe('REPORT_INVALID');
    expect(message).toBe(`hunt.json is not a report of flakehound: ${said}`);
  });

  test('a report of a later version asks for an update', () => {
    const { code, message, hint } = refusalOf('{"schemaVersion": 2, "hunts": []}');
    expect(code).toBe('REPORT_INVALID');
    expect(message).toContain('schemaVersion 2: a newer flakehound wrote it, this one reads 1');
    expect(hint).toContain('update');
  });

  test('every field is needed, but for the cause', () => {
    const spared = pathsIn(full).filter((path) => {
      const { copy, holder, key } = copyWith(path);
      if (Array.isArray(holder) && path.at(-2) !== '0') return false;
      delete holder[key];
      try {
        parseReport(JSON.stringify(copy), 'hunt.json');
        return true;
      } catch {
        return false;
      }
    });
    expect(spared.map((path) => path.join('.'))).toEqual(['tests.0.cause']);
  });

  test('no object takes a field of another name', () => {
    const open = pathsIn(full).filter((path) => {
      const { copy, holder } = copyWith(path);
      if (Array.isArray(holder)) return false;
      holder.other = 1;
      try {
        parseReport(JSON.stringify(copy), 'hunt.json');
        return true;
      } catch {
        return false;
      }
    });
    expect(open).toEqual([]);
  });

  test('says no more of a wrong value than fits a line', () => {
    const text = renderJson(aReport({ tests: [aFlakyTest({ signatures: [aSignature()] })] }));
    const wrong = text.replace(/"frame": "[^"]*"/, `"frame": ["${'x'.repeat(500)}"]`);
    expect(refusalOf(wrong).message.length).toBeLessThan(200);
  });
});
