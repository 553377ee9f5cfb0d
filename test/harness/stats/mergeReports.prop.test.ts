import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HuntEvent, HuntStarted } from '../../../harness/events.js';
import type { HuntReport } from '../../../harness/stats/huntReport.js';
import { mergeReports } from '../../../harness/stats/mergeReports.js';
import { reportOf } from './builders.js';
import { type RunOfFiles, someHunt } from './someHunt.js';

const conditions: HuntStarted['conditions'] = ['baseline', 'shuffled'];
const eventsOf = (runs: readonly RunOfFiles[]): HuntEvent[] =>
  runs.flatMap((run) => [run.started, ...run.ofFiles.flat(), run.finished]);

/** What adds up, whichever hunt saw it: not run numbers and seeds, which each hunt has of its own. */
const figures = ({ tests, files, errors }: HuntReport) => ({
  tests: tests.map(({ signatures, ...test }) => ({ test, kinds: kindsOf(signatures) })),
  files: files.map(({ signatures, ...file }) => ({ file, kinds: kindsOf(signatures) })),
  errors,
});

const kindsOf = (signatures: HuntReport['tests'][number]['signatures']) =>
  signatures.map(({ key, message, frame, count }) => ({ key, message, frame, count }));

/** The hunt as one machine sees it, and as three do that share its runs. */
function sharedOut(runs: readonly RunOfFiles[], to: readonly number[]) {
  const parts = [0, 1, 2].map((machine) => {
    const startedAt = `2026-01-0${machine + 1}T00:00:00.000Z`;
    const own = runs.filter((_, at) => to[at] === machine);
    return reportOf(eventsOf(own), { conditions, startedAt });
  });
  return { whole: reportOf(eventsOf(runs), { conditions }), parts };
}

const machines = fc.array(fc.nat(2), { minLength: 8, maxLength: 8 });

test('runs shared out to machines and merged give the tests of one hunt', () => {
  fc.assert(
    fc.property(someHunt(), machines, ({ runs }, to) => {
      const { whole, parts } = sharedOut(runs, to);
      const merged = mergeReports(parts);
      expect(merged.hunt.runs.done).toBe(whole.hunt.runs.done);
      expect(figures(merged).tests).toEqual(figures(whole).tests);
    }),
    { seed: 21 },
  );
});

test('where every file has a test and none is retried, they give its files too', () => {
  fc.assert(
    fc.property(someHunt({ fewestTests: 1, mostTries: 1 }), machines, ({ runs }, to) => {
      const { whole, parts } = sharedOut(runs, to);
      expect(figures(mergeReports(parts))).toEqual(figures(whole));
    }),
    { seed: 23 },
  );
});

test('files shared out to shards and merged give the report of one hunt', () => {
  fc.assert(
    fc.property(someHunt(), ({ runs }) => {
      const whole = reportOf(eventsOf(runs), { conditions });
      const shards = [0, 1, 2].map((shard) => {
        const some = runs.map((run) => ({
          ...run,
          ofFiles: run.ofFiles.filter((_, file) => file % 3 === shard),
        }));
        return reportOf(eventsOf(some), { conditions, shard: { index: shard + 1, count: 3 } });
      });
      const merged = mergeReports(shards);
      expect(merged.hunt.runs).toEqual(whole.hunt.runs);
      expect(figures(merged)).toEqual(figures(whole));
    }),
    { seed: 22 },
  );
});
