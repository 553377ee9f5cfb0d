import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { renderLive } from '../../../harness/report/live.js';
import { renderPlainProgress } from '../../../harness/report/plainProgress.js';
import type { LiveView } from '../../../harness/stats/liveView.js';
import { anyText } from '../../support/reports.js';

const aView = (over: Partial<LiveView> = {}): LiveView => ({
  runsDone: 9,
  runsAsked: 20,
  condition: 'baseline',
  run: 10,
  filesDone: 5,
  filesInRun: 10,
  attempts: 3708,
  attemptsPerSecond: 669.7,
  elapsedMs: 5500,
  etaMs: 6700,
  flaky: [],
  broken: 0,
  fileFailures: 0,
  remaining: null,
  ...over,
});

const aLiveTest = (over: Partial<LiveView['flaky'][number]> = {}) => ({
  id: 'aaaaaaaaaaaa',
  file: 'test/store/save.test.ts',
  name: 'store > keeps every write',
  failures: 2,
  attempts: 9,
  flakeRate: 2 / 9,
  ...over,
});

const at = (columns: number, view: LiveView) => renderLive(view, { columns, colour: false });

describe('the live lines', () => {
  test('show how far the hunt is, how fast, and what it found', () => {
    expect(at(80, aView({ flaky: [aLiveTest()], broken: 1 })).split('\n')).toEqual([
      '███████████████████░░░░░░░░░░░░░░░░░░░░░  47 %  9 of 20 runs done, 6.7 s left',
      '3,708 attempts (670/s), 1 flaky, 1 broken',
      '   22.2 %  2 of 9  test/store/save.test.ts > store > keeps every write',
    ]);
  });

  test('without a number of runs the bar follows the time', () => {
    const view = aView({ runsAsked: null, elapsedMs: 30_000, etaMs: 90_000 });
    expect(at(80, view)).toContain('25 %  9 runs done, 1 min 30 s left');
  });

  test('with nothing to tell the end there is no bar', () => {
    expect(at(80, aView({ runsAsked: null, etaMs: null }))).toMatch(
      /^9 runs done, 5\.5 s so far\n/,
    );
  });

  test('show the five flakiest and count the others', () => {
    const flaky = Array.from({ length: 7 }, (_, index) => aLiveTest({ name: `test ${index}` }));
    const text = at(80, aView({ flaky }));
    expect(text.split('\n')).toHaveLength(2 + 5 + 1);
    expect(text).toContain('and 2 more');
  });

  test('say what a proof still takes', () => {
    const remaining = { runs: 279, unsettled: 12 };
    expect(at(100, aView({ remaining }))).toContain('12 tests unsettled, 279 more runs at worst');
  });

  test('leave the last column free, whatever the names', () => {
    fc.assert(
      fc.property(
        fc.record({
          flaky: fc.array(
            fc.record({ file: anyText, name: anyText }).map((over) => aLiveTest(over)),
            { maxLength: 6 },
          ),
          runsAsked: fc.option(fc.nat(3000)),
          runsDone: fc.nat(5000),
          filesDone: fc.nat(20),
          attempts: fc.nat(1e9),
          etaMs: fc.option(fc.nat(1e9)),
          condition: fc.constantFrom('baseline', 'stressed', null),
          fileFailures: fc.nat(3),
          remaining: fc.option(fc.record({ runs: fc.nat(3000), unsettled: fc.nat(500) })),
        }),
        fc.integer({ min: 40, max: 250 }),
        (over, columns) => {
          for (const line of at(columns, aView(over)).split('\n')) {
            expect(stringWidth(line)).toBeLessThan(columns);
          }
        },
      ),
    );
  });
});

test('plain progress is one line', () => {
  const view = aView({
    condition: 'stressed',
    fileFailures: 1,
    remaining: { runs: 0, unsettled: 0 },
  });
  expect(renderPlainProgress(view)).toBe(
    '9 of 20 runs done, now stressed, 6.7 s left, 3,708 attempts (670/s), 0 flaky, 0 broken, ' +
      '1 file failure, all tests settled',
  );
});
