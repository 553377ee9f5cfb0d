import { expect, test } from 'vitest';
import type { Interceptor, Operation } from '../../../../harness/faults/interceptor.js';
import {
  chained,
  InFlight,
  RunStopped,
  RunWatch,
} from '../../../../harness/property/sweep/runWatch.js';

const operation = (given: Partial<Operation>): Operation => ({
  name: 'stat',
  syscall: 'stat',
  form: 'sync',
  args: [],
  ...given,
});

const open = (watch: RunWatch, path: string, fd: number): number =>
  watch.sync(operation({ name: 'open', path }), () => fd);
const close = (watch: RunWatch, fd: number): void =>
  watch.sync(operation({ name: 'close', fd }), () => {});

test('descriptors left open and closed twice are told with the operation that shows it', () => {
  const watch = new RunWatch(100);
  open(watch, '/a', 3);
  open(watch, '/b', 4);
  close(watch, 3);
  close(watch, 3);
  expect(watch.descriptorFaults()).toEqual([
    { kind: 'closedTwice', ordinal: 4, path: undefined },
    { kind: 'leaked', ordinal: 2, path: '/b' },
  ]);
});

test('a number that is given out again may be closed again', () => {
  const watch = new RunWatch(100);
  for (const path of ['/a', '/b']) {
    open(watch, path, 3);
    close(watch, 3);
  }
  expect(watch.descriptorFaults()).toEqual([]);
});

test('a close that fails has closed, one of a strange descriptor says nothing', () => {
  const watch = new RunWatch(100);
  open(watch, '/a', 3);
  const failing = (): never => {
    throw new Error('EIO');
  };
  expect(() => watch.sync(operation({ name: 'close', fd: 3 }), failing)).toThrow('EIO');
  close(watch, 99);
  expect(watch.descriptorFaults()).toEqual([]);
});

test('beyond its operations a run gets no further', async () => {
  const watch = new RunWatch(1);
  watch.sync(operation({}), () => 'done');
  expect(watch.isExceeded).toBe(false);
  expect(() => watch.sync(operation({}), () => 'done')).toThrow(RunStopped);
  let went = false;
  const stuck = watch.async(operation({}), async () => {
    went = true;
  });
  const settled = await Promise.race([stuck.then(() => 'settled'), Promise.resolve('stuck')]);
  expect([watch.isExceeded, went, settled]).toEqual([true, false, 'stuck']);
});

test('a stopped run has no effect any more', () => {
  const watch = new RunWatch(100);
  watch.stop();
  expect(() => watch.sync(operation({}), () => 'done')).toThrow(RunStopped);
  expect(watch.operations).toEqual([]);
});

test('operations under way are counted, above a delay and below it', async () => {
  const watch = new RunWatch(100);
  const inFlight = new InFlight();
  const gates: (() => void)[] = [];
  const gate = (): Promise<void> => new Promise((resolve) => gates.push(resolve));
  const late: Interceptor = {
    sync: (_operation, proceed) => proceed(),
    async: async (_operation, proceed) => {
      await gate();
      return await proceed();
    },
  };
  const counts = (): number[] => [watch.pending, inFlight.count];
  const work = chained(watch, late, inFlight).async(operation({}), async () => await gate());
  const seen = [counts()];
  gates[0]?.();
  await Promise.resolve();
  await Promise.resolve();
  seen.push(counts());
  gates[1]?.();
  await work;
  expect([...seen, counts()]).toEqual([
    [1, 0],
    [1, 1],
    [0, 0],
  ]);
});

test('a chain hands changed arguments on', async () => {
  const seen: unknown[] = [];
  const adding = (n: number): Interceptor => ({
    sync: (o, proceed) => proceed([...o.args, n]),
    async: (o, proceed) => proceed([...o.args, n]),
  });
  const looking: Interceptor = {
    sync: (o, proceed) => {
      seen.push(o.args);
      return proceed();
    },
    async: (o, proceed) => {
      seen.push(o.args);
      return proceed();
    },
  };
  const chain = chained(adding(1), looking, adding(2), looking);
  const given = operation({ args: [0] });
  expect(chain.sync(given, (args) => args)).toEqual([0, 1, 2]);
  expect(await chain.async(given, async (args) => args)).toEqual([0, 1, 2]);
  expect(seen).toEqual([
    [0, 1],
    [0, 1, 2],
    [0, 1],
    [0, 1, 2],
  ]);
});
