import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HuntEvent, RunEvent } from '../../../harness/events.js';
import { FailureTable } from '../../../harness/history/failureTable.js';
import { NameBook } from '../../../harness/history/names.js';
import { namedIn, type PackedRun, packRun, unpackRun } from '../../../harness/history/packRun.js';
import {
  packDurations,
  packNumbers,
  packSummary,
  unpackNumbers,
  unpackSummary,
} from '../../../harness/history/packSummary.js';
import type { HuntReport } from '../../../harness/stats/huntReport.js';
import { modelStore } from '../../support/modelStore.js';
import { storeClock } from '../../support/storeClock.js';
import {
  attempt,
  failed,
  fileFinished,
  huntFinished,
  huntStarted,
  identity,
  passed,
  runFinished,
  runStarted,
  tallyOf,
} from '../stats/builders.js';
import { someHunt } from '../stats/someHunt.js';

const root = '/checkout';
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const isRunEvent = (event: HuntEvent): event is RunEvent => event.type !== 'runStarted';

interface Run {
  readonly run: number;
  readonly events: readonly RunEvent[];
}

/** Packs all runs and unpacks them again, each side with a memory of its own. */
async function packed(runs: readonly Run[]): Promise<{ runs: RunEvent[][]; texts: string[] }> {
  const store = modelStore({ clock: storeClock() });
  const names = await NameBook.open(store);
  const failures = new FailureTable(root);
  const texts: string[] = [];
  for (const { events } of runs) {
    const named = namedIn(events);
    await names.learn(named.tests, named.files);
    texts.push(JSON.stringify(packRun(events, { names, failures, elapsedMs: 5 })));
  }
  const reader = { names: await NameBook.open(store), failures: new FailureTable(root) };
  const again = texts.map((text, at) => [
    ...unpackRun(runs[at]?.run ?? 0, JSON.parse(text) as PackedRun, reader),
  ]);
  return { runs: again, texts };
}

test('a hunt of unpacked runs has the report of the hunt that was packed', async () => {
  await fc.assert(
    fc.asyncProperty(someHunt(), async ({ runs }) => {
      const told = runs.map(({ started, ofFiles, finished }) => ({
        started,
        run: started.run,
        events: [...ofFiles.flat(), finished].filter(isRunEvent),
      }));
      const again = await packed(told);
      const report = (events: readonly (readonly HuntEvent[])[]): HuntReport =>
        tallyOf([
          huntStarted({ root, conditions: ['baseline', 'shuffled'] }),
          ...events.flatMap((some, at) => [told[at]?.started ?? runStarted(0), ...some]),
          huntFinished(),
        ]).report();
      expect(withoutTimes(report(again.runs))).toEqual(
        withoutTimes(report(told.map(({ events }) => events))),
      );
    }),
    { numRuns: 60 },
  );
});

/** Durations are kept to the microsecond, which may move one into the next bucket. */
function withoutTimes(report: HuntReport): HuntReport {
  return { ...report, tests: report.tests.map((one) => ({ ...one, durationMs: null })) };
}

test('what happened to one file keeps its order, tries and durations', async () => {
  const a = identity({ name: 'a' });
  const events: RunEvent[] = [
    attempt(3, { kind: 'skipped', why: 'declared' }, { test: identity({ name: 'b' }) }),
    attempt(3, failed(), { test: a }),
    attempt(3, { kind: 'passed', durationMs: 1.234 }, { test: a, attempt: 1 }),
    // A file that is carried out again counts anew.
    attempt(3, { kind: 'skipped', why: 'notReached' }, { test: a, attempt: 0 }),
    fileFinished(3),
    runFinished(3),
  ];
  expect((await packed([{ run: 3, events }])).runs).toEqual([events]);
});

test('a run of a thousand tests takes at most 20 kB, in whatever order', async () => {
  const run = (number: number, place: (at: number) => number): Run => ({
    run: number,
    events: [
      ...Array.from({ length: 1000 }, (_, at) =>
        attempt(
          number,
          { kind: 'passed', durationMs: at / 7 },
          { test: identity({ name: `test ${place(at)}` }) },
        ),
      ),
      runFinished(number),
    ],
  });
  const { texts } = await packed([run(1, (at) => at), run(2, (at) => (at * 617) % 1000)]);
  for (const text of texts) expect(text.length).toBeLessThan(20_000);
});

test('a report survives its summary whole', async () => {
  await fc.assert(
    fc.asyncProperty(someHunt(), async ({ runs }) => {
      const events = runs.flatMap(({ started, ofFiles, finished }) => [
        started,
        ...ofFiles.flat(),
        finished,
      ]);
      const report = tallyOf([
        huntStarted({ conditions: ['shuffled', 'baseline'] }),
        ...events,
        huntFinished(),
      ]).report();
      const names = await NameBook.open(modelStore({ clock: storeClock() }));
      const named = namedIn(events.filter(isRunEvent));
      await names.learn(named.tests, named.files);
      const summary = throughJson(packSummary(report, names));
      const durations = throughJson(packDurations(report, names));
      expect(unpackSummary(summary, durations, names)).toEqual(report);
      expect(unpackSummary(summary, null, names)).toEqual(withoutTimes(report));
    }),
    { numRuns: 60 },
  );
});

test('the summary of a thousand stable tests takes less than 2 kB', async () => {
  const tests = Array.from({ length: 1000 }, (_, at) => identity({ name: `test ${at}` }));
  const report = tallyOf([
    huntStarted(),
    ...tests.map((one) => attempt(1, passed, { test: one })),
    huntFinished(),
  ]).report();
  const names = await NameBook.open(modelStore({ clock: storeClock() }));
  await names.learn(tests, []);
  expect(JSON.stringify(packSummary(report, names)).length).toBeLessThan(2_000);
});

test('two that learn at once agree on every number', async () => {
  const store = modelStore({ clock: storeClock() });
  const [one, two] = [await NameBook.open(store), await NameBook.open(store)];
  const tests = Array.from({ length: 20 }, (_, at) => identity({ name: `test ${at}` }));
  await Promise.all([one.learn(tests.slice(0, 12), []), two.learn(tests.slice(8), [])]);
  await one.learn(tests, []);
  await two.learn(tests, []);
  const third = await NameBook.open(store);
  for (const { id } of tests) {
    expect([one, two].map((book) => book.testNumber(id))).toEqual(
      Array(2).fill(third.testNumber(id)),
    );
    expect(third.test(third.testNumber(id)).id).toBe(id);
  }
});

test('sets of numbers survive packing', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(60)), (numbers) => {
      const ascending = [...numbers].sort((a, b) => a - b);
      expect(unpackNumbers(packNumbers(numbers))).toEqual(ascending);
    }),
  );
  expect(packNumbers([0, 1, 2, 3])).toEqual([[0, 3]]);
});
