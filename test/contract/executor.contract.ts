import { afterEach, describe, expect, test } from 'vitest';
import type { AttemptFinished, RunEvent } from '../../harness/events.js';
import type { Executor, RunPlan, Selection } from '../../harness/runner/executor.js';
import { type ContractFile, contractSuite } from './contractSuite.js';

/** Makes an executor, not yet open, over exactly these files. */
export type MakeExecutor = (files: readonly ContractFile[]) => Promise<Executor> | Executor;

/**
 * What every executor promises to a hunt.
 *
 * @param natures - which files to try it with: a pool without processes of its own can't survive
 * hostile ones
 */
export function executorContract(
  name: string,
  make: MakeExecutor,
  natures: readonly ContractFile['nature'][] = ['harmless', 'hostile'],
): void {
  const suite = contractSuite.filter(({ nature }) => natures.includes(nature));
  const harmless = suite.filter(({ nature }) => nature === 'harmless');
  const open: Executor[] = [];
  afterEach(async () => {
    for (const executor of open.splice(0)) await executor.close();
  });

  async function opened(files: readonly ContractFile[]): Promise<[Executor, Selection]> {
    const executor = await make(files);
    open.push(executor);
    return [executor, await executor.open()];
  }

  describe(`${name} as an executor`, () => {
    test('tells what the suite turned out to be', async () => {
      const [, selection] = await opened(suite);
      const names = selection.files.map(({ file }) => file);
      expect([...names].sort()).toEqual(suite.map(({ file }) => file).sort());
      expect(selection.vitest).toMatch(/^\d+\.\d+\.\d+/);
      expect(selection.node).toMatch(/^v\d+\./);
      expect(selection.workers).toBeGreaterThanOrEqual(1);
    });

    test('reports each try of each test once, and each failure where it belongs', async () => {
      const [executor] = await opened(suite);
      const events = await carryOut(executor, { run: 1 });
      expect(outcomesByFile(events)).toEqual(expectedOutcomes(suite));
      expect(failuresByFile(events)).toEqual(expectedFailures(suite));
      expect(of(events, 'errorRaised')).toEqual([]);
    });

    test('numbers the tries of a test from 0, in their order', async () => {
      const [executor] = await opened(suite);
      const tries = new Map<string, number[]>();
      for (const { test: who, attempt } of of(await carryOut(executor), 'attemptFinished')) {
        tries.set(who.id, [...(tries.get(who.id) ?? []), attempt]);
      }
      for (const attempts of tries.values()) {
        expect(attempts).toEqual(attempts.map((_, at) => at));
      }
    });

    test('gives a failed attempt its message, and a duration to each that ran', async () => {
      const [executor] = await opened(harmless);
      for (const { outcome, test: who } of of(await carryOut(executor), 'attemptFinished')) {
        if (outcome.kind === 'skipped') continue;
        expect(outcome.durationMs, who.name).toBeGreaterThanOrEqual(0);
        if (outcome.kind !== 'passed') expect(outcome.failure.message, who.name).not.toBe('');
      }
    });

    test('says of a skipped test that the suite declares it so', async () => {
      const [executor] = await opened(harmless);
      const skipped = of(await carryOut(executor), 'attemptFinished').filter(
        ({ test: who }) => who.file === 'skips.test.js' && who.name !== 'runs',
      );
      expect(skipped.map(({ outcome }) => outcome)).toEqual(
        skipped.map(() => ({ kind: 'skipped', why: 'declared' })),
      );
    });

    test('carries every file through once, and ends with the only runFinished', async () => {
      const [executor] = await opened(suite);
      const events = await carryOut(executor, { run: 5, condition: 'baseline' });
      const files = of(events, 'fileFinished').map(({ file }) => file);
      expect([...files].sort()).toEqual(suite.map(({ file }) => file).sort());
      expect(of(events, 'runFinished')).toHaveLength(1);
      expect(events.at(-1)).toMatchObject({ type: 'runFinished', status: 'completed' });
    });

    test('marks each event with its run and condition', async () => {
      const [executor] = await opened(harmless);
      const events = await carryOut(executor, { run: 9, condition: 'serial', serial: true });
      for (const event of events) {
        if (event.type === 'noticeGiven') continue;
        expect(event).toMatchObject({ run: 9, condition: 'serial' });
      }
    });

    test('knows a test again in each run and each order', async () => {
      const [executor] = await opened(suite);
      const first = identities(await carryOut(executor, { run: 1 }));
      expect(new Set(first.map(({ id }) => id)).size).toBe(
        suite.flatMap((file) => file.tests).length,
      );
      const again = await carryOut(executor, { run: 2, condition: 'shuffled', orderSeed: 77 });
      expect(identities(again)).toEqual(first);
    });

    test('tells tests of one name apart by their ordinal', async () => {
      const [executor] = await opened(harmless);
      const twins = of(await carryOut(executor), 'attemptFinished').filter(
        ({ test: who }) => who.name === 'twin',
      );
      const told = twins.map(({ test: who, outcome }) => [who.ordinal, outcome.kind]);
      expect(told.sort()).toEqual([
        [0, 'passed'],
        [1, 'failed'],
      ]);
    });

    test('runs only the files that are asked for', async () => {
      const [executor, selection] = await opened(harmless);
      const only = selection.files.filter(({ file }) => file === 'passes.test.js');
      const events = await carryOut(executor, { only });
      expect(outcomesByFile(events)).toEqual(
        expectedOutcomes(harmless.filter(({ file }) => file === 'passes.test.js')),
      );
      expect(of(events, 'fileFinished')).toHaveLength(1);
    });

    test('finishes one file before the next when serial', async () => {
      const [executor] = await opened(harmless);
      const events = await carryOut(executor, { condition: 'serial', serial: true });
      const files = of(events, 'attemptFinished').map(({ test: who }) => who.file);
      const turns = files.filter((file, at) => file !== files[at - 1]);
      expect(turns).toHaveLength(new Set(files).size);
    });

    test('takes the same order from the same seed, and others from others', async () => {
      const [executor] = await opened(harmless);
      const shuffled = { condition: 'shuffled', serial: true } as const;
      const orders: string[] = [];
      for (const orderSeed of [1, 2, 3, 1]) {
        orders.push(orderOf(await carryOut(executor, { ...shuffled, orderSeed })));
      }
      expect(orders[3]).toBe(orders[0]);
      expect(new Set(orders).size).toBeGreaterThan(1);
    });

    test('ends an aborted run soon, as interrupted, and keeps what was reported', async () => {
      const [executor] = await opened(harmless);
      const abort = new AbortController();
      const events: RunEvent[] = [];
      for await (const event of executor.run(planOf({}), abort.signal)) {
        events.push(event);
        if (event.type === 'attemptFinished') abort.abort();
      }
      expect(of(events, 'runFinished')).toHaveLength(1);
      expect(events.at(-1)).toMatchObject({ type: 'runFinished', status: 'interrupted' });
      expect(of(events, 'attemptFinished').length).toBeGreaterThanOrEqual(1);
    });

    test('ends a run that was aborted before it began, without a test', async () => {
      const [executor] = await opened(harmless);
      const events = await carryOut(executor, {}, AbortSignal.abort());
      expect(events).toMatchObject([{ type: 'runFinished', status: 'interrupted' }]);
    });

    test('carries out a whole run after an aborted one', async () => {
      const [executor] = await opened(harmless);
      await carryOut(executor, {}, AbortSignal.abort());
      expect(outcomesByFile(await carryOut(executor, { run: 2 }))).toEqual(
        expectedOutcomes(harmless),
      );
    });

    test('closes twice, and without having been open', async () => {
      const never = await make(harmless);
      await never.close();
      const [executor] = await opened(harmless);
      await executor.close();
      await executor.close();
    });

    test('takes back an opening that is under way', async () => {
      const executor = await make(harmless);
      open.push(executor);
      // Opened or refused: either is right, as long as it comes to an end.
      const opening = executor.open().then(
        () => 'ended',
        () => 'ended',
      );
      await executor.close();
      expect(await opening).toBe('ended');
    });
  });
}

function planOf(plan: Partial<RunPlan>): RunPlan {
  const plain = { run: 1, condition: 'baseline', orderSeed: null, seed: 1, serial: false } as const;
  return { ...plain, only: null, ...plan };
}

async function carryOut(
  executor: Executor,
  plan: Partial<RunPlan> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of executor.run(planOf(plan), signal)) events.push(event);
  return events;
}

function of<Type extends RunEvent['type']>(events: readonly RunEvent[], type: Type) {
  return events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
}

type Outcomes = Record<string, string[]>;

function expectedOutcomes(files: readonly ContractFile[]): Outcomes {
  return Object.fromEntries(
    files
      .filter(({ tests }) => tests.length > 0)
      .map(({ file, tests }) => [
        file,
        tests.map(({ name, outcomes }) => `${name}: ${outcomes.join(', ')}`).sort(),
      ]),
  );
}

function outcomesByFile(events: readonly RunEvent[]): Outcomes {
  const tries = new Map<string, AttemptFinished[]>();
  for (const event of of(events, 'attemptFinished')) {
    tries.set(event.test.id, [...(tries.get(event.test.id) ?? []), event]);
  }
  const files: Outcomes = {};
  for (const attempts of tries.values()) {
    const [{ test: who }] = attempts as [AttemptFinished];
    const line = `${who.name}: ${attempts.map(({ outcome }) => outcome.kind).join(', ')}`;
    files[who.file] = [...(files[who.file] ?? []), line].sort();
  }
  return files;
}

function expectedFailures(files: readonly ContractFile[]): string[] {
  return files
    .filter(({ fails }) => fails !== null)
    .map(({ file, fails }) => `${file}: ${fails}`)
    .sort();
}

function failuresByFile(events: readonly RunEvent[]): string[] {
  return of(events, 'fileFailed')
    .map(({ file, phase }) => `${file}: ${phase}`)
    .sort();
}

/** Each test once, by id. */
function identities(events: readonly RunEvent[]): AttemptFinished['test'][] {
  const tests = new Map(of(events, 'attemptFinished').map(({ test: who }) => [who.id, who]));
  return [...tests.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function orderOf(events: readonly RunEvent[]): string {
  return of(events, 'attemptFinished')
    .map(({ test: who }) => `${who.file} ${who.name} ${who.ordinal}`)
    .join('\n');
}
