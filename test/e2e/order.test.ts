import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HuntEvent } from '../../harness/events.js';
import { copySuite, eventsOf, type Finished, reportOf, type Suite } from '../support/e2e.js';

let suite: Suite;
const hunts: Record<'five' | 'fiveAgain' | 'six' | 'declared', Finished> = {} as never;

const shuffled = ['one', 'two', 'three', 'four', '--order', 'shuffled', '--workers', '1'];

beforeAll(async () => {
  suite = await copySuite('small');
  hunts.five = await suite.hunt([...shuffled, '--seed', '5', '--runs', '3']);
  hunts.fiveAgain = await suite.hunt([...shuffled, '--seed', '5', '--runs', '3']);
  hunts.six = await suite.hunt([...shuffled, '--seed', '6', '--runs', '3']);
  hunts.declared = await suite.hunt(['one', 'two', '--workers', '1', '--runs', '2']);
});
afterAll(() => suite.remove());

test('the same seed is the same order of execution', () => {
  expect(orderOf(hunts.fiveAgain)).toEqual(orderOf(hunts.five));
  expect(reportOf(hunts.five).hunt.seed).toBe(5);
});

test('another seed is another order', () => {
  expect(orderOf(hunts.six)).not.toEqual(orderOf(hunts.five));
});

test('each run has an order of its own, of the same tests', () => {
  const [first = [], second = [], third = []] = runsOf(hunts.five, 20);
  expect(second).not.toEqual(first);
  expect(third).not.toEqual(second);
  expect([...second].sort()).toEqual([...first].sort());
});

test('tests are shuffled within their file, files are not mixed', () => {
  const [first = []] = runsOf(hunts.five, 20);
  const files = first.map((line) => line.split('/')[0]);
  const changes = files.filter((file, at) => file !== files[at - 1]);
  expect(changes).toHaveLength(4);
  const inOne = runsOf(hunts.five, 20).map((run) => run.filter((l) => l.startsWith('one/')).join());
  expect(new Set(inOne).size).toBeGreaterThan(1);
});

test('declared order is the same in every run', () => {
  const [first = [], second = []] = runsOf(hunts.declared, 10);
  expect(second).toEqual(first);
  expect(first.filter((l) => l.startsWith('one/')).join()).toBe('one/a,one/b,one/c,one/d,one/e');
});

test('conditions take turns and do what they say', async () => {
  const conditions = ['baseline', 'shuffled', 'serial', 'stressed'];
  const hunt = await suite.hunt(['--conditions', conditions.join(), '--runs', '2', '--json']);
  const report = reportOf(hunt);
  expect(report.hunt.conditions).toEqual(conditions);
  const one = report.tests.find((t) => t.file === 'test/one.test.ts');
  expect(one?.byCondition.map((c) => [c.condition, c.passed])).toEqual(
    conditions.map((condition) => [condition, 2]),
  );
  const started = eventsOf(hunt).filter(isRunStarted);
  expect(started.map((e) => e.orderSeed !== null)).toEqual(
    started.map((e) => e.condition === 'shuffled'),
  );
  const family = linesOf(hunt, 'family').map((line) => JSON.parse(line) as string[]);
  const during = (name: string) => family.filter((_, run) => started[run]?.condition === name);
  const usual = new Set(during('baseline').concat(during('serial')).flat());
  const loads = during('stressed').map((commands) => commands.filter((c) => !usual.has(c)).length);
  if (family.flat().length > 0) expect(Math.min(...loads)).toBeGreaterThan(0);
  expect(hunt.leftRunning).toEqual([]);
});

test('serial has one test file at a time', async () => {
  const slow = await copySuite('slow');
  const files = ['first', 'second', 'third'];
  const hunt = await slow.hunt([...files, '--conditions', 'serial', '--runs', '1']);
  await slow.remove();
  const spans = linesOf(hunt, 'spans');
  expect(spans).toHaveLength(6);
  for (let i = 0; i < spans.length; i += 2) {
    expect(spans[i + 1]).toBe(spans[i]?.replace('begin', 'end'));
  }
});

const isRunStarted = (e: HuntEvent) => e.type === 'runStarted';

function linesOf(hunt: Finished, name: string): string[] {
  return (hunt.state.get(name) ?? '').split('\n').filter((line) => line !== '');
}

/** Tests as they were really carried out: each left its name. */
const orderOf = (hunt: Finished): string[] => linesOf(hunt, 'order');

function runsOf(hunt: Finished, testsPerRun: number): string[][] {
  const all = orderOf(hunt);
  return Array.from({ length: all.length / testsPerRun }, (_, run) =>
    all.slice(run * testsPerRun, (run + 1) * testsPerRun),
  );
}
