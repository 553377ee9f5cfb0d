import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunPlan } from '../../../../harness/runner/executor.js';
import { OrderControl, shuffled } from '../../../../harness/runner/host/order.js';
import type { Specification, VitestInstance } from '../../../../harness/runner/host/vitestFace.js';
import { aSpec, fakeProject, fakeVitest } from '../../../support/fakeVitest.js';

const aPlan = (over: Partial<RunPlan> = {}): RunPlan => ({
  run: 1,
  condition: 'baseline',
  orderSeed: null,
  seed: 99,
  serial: false,
  only: null,
  ...over,
});

describe('a shuffled order', () => {
  const projects = ['', 'unit', 'browserless'].map((name) => fakeProject({ name }));
  const places = fc.uniqueArray(fc.tuple(fc.nat(2), fc.integer({ min: 0, max: 40 })), {
    selector: ([project, file]) => `${project} ${file}`,
    maxLength: 30,
  });
  const specs = places.map((all) => all.map(([p, f]) => aSpec(`${f}.test.ts`, projects[p])));

  test('has every file once', () => {
    fc.assert(
      fc.property(specs, fc.integer(), (given, seed) => {
        const order = shuffled(given, seed);
        expect(order).toHaveLength(given.length);
        expect(new Set(order)).toEqual(new Set(given));
      }),
    );
  });

  test('hangs on the seed alone, not on the order the files were found in', () => {
    const twoOrders = specs.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.shuffledSubarray(given, { minLength: given.length, maxLength: given.length }),
      ),
    );
    fc.assert(
      fc.property(twoOrders, fc.integer(), ([one, other], seed) => {
        expect(shuffled(other, seed)).toEqual(shuffled(one, seed));
      }),
    );
  });

  test('leaves what it was given alone', () => {
    const given = [aSpec('b'), aSpec('a')];
    const before = [...given];
    shuffled(given, 1);
    expect(given).toEqual(before);
  });

  test('puts each file in each place about equally often', () => {
    const given = ['a', 'b', 'c', 'd'].map((file) => aSpec(file));
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 2_400; seed++) {
      for (const [place, spec] of shuffled(given, seed).entries()) {
        const key = `${spec.moduleId} ${place}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(16);
    for (const count of counts.values()) expect(Math.abs(count - 600)).toBeLessThan(120);
  });

  test('is this one, on every machine and in every release', () => {
    const given = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((file) => aSpec(file));
    const names = shuffled(given, 7).map(({ moduleId }) => moduleId.at(-1));
    expect(names.join('')).toMatchInlineSnapshot(`"egbcdfha"`);
  });
});

describe('order and parallelism of a run', () => {
  const settings = (vitest: VitestInstance) =>
    [vitest, ...vitest.projects].map(({ config }) => ({
      shuffle: config.sequence.shuffle,
      seed: config.sequence.seed,
      maxWorkers: config.maxWorkers,
      minWorkers: config.minWorkers,
      fileParallelism: config.fileParallelism,
      maxConcurrency: config.maxConcurrency,
    }));
  /** As the user's suite has it: one project with everything set, one with nothing. */
  const suite = () =>
    fakeVitest([
      { name: 'set', config: { maxWorkers: 3, minWorkers: 2, maxConcurrency: 9 } },
      { name: 'unset', config: { fileParallelism: false } },
    ]);
  const sorted = (vitest: VitestInstance, specs: Specification[]) =>
    new vitest.config.sequence.sequencer(vitest).sort(specs);

  test('a declared run leaves all but the seed as the config says', () => {
    const vitest = suite();
    const before = settings(vitest);
    new OrderControl(vitest).apply(aPlan());
    expect(settings(vitest)).toEqual(before.map((one) => ({ ...one, seed: 99 })));
  });

  test('a shuffled run shuffles the tests of every project by its seed', () => {
    const vitest = suite();
    const before = settings(vitest);
    new OrderControl(vitest).apply(aPlan({ orderSeed: 12 }));
    expect(settings(vitest)).toEqual(before.map((one) => ({ ...one, shuffle: true, seed: 12 })));
  });

  test('a serial run takes one file and one test at a time', () => {
    const vitest = suite();
    new OrderControl(vitest).apply(aPlan({ serial: true }));
    for (const one of settings(vitest)) {
      expect(one).toMatchObject({
        maxWorkers: 1,
        minWorkers: 1,
        fileParallelism: false,
        maxConcurrency: 1,
      });
    }
  });

  test('a declared run after any other is as the first one', () => {
    const vitest = suite();
    const control = new OrderControl(vitest);
    control.apply(aPlan());
    const first = settings(vitest);
    control.apply(aPlan({ orderSeed: 12, serial: true }));
    control.apply(aPlan());
    expect(settings(vitest)).toEqual(first);
  });

  test('a suite that shuffles itself does so by its own seed, or by one of each run', () => {
    const shuffle = () => ({
      sequence: { ...fakeProject().config.sequence, shuffle: true, seed: 5 },
    });
    const vitest = fakeVitest([
      { name: 'own', config: shuffle(), written: { sequence: { seed: 5 } } },
      { name: 'drawn', config: shuffle() },
    ]);
    const control = new OrderControl(vitest);
    const seeds = (plan: RunPlan) => {
      control.apply(plan);
      return vitest.projects.map(({ config }) => [config.sequence.shuffle, config.sequence.seed]);
    };
    expect(seeds(aPlan({ seed: 1 }))).toEqual([
      [true, 5],
      [true, 1],
    ]);
    expect(seeds(aPlan({ seed: 2, orderSeed: 8 }))).toEqual([
      [true, 8],
      [true, 8],
    ]);
    expect(seeds(aPlan({ seed: 3 }))).toEqual([
      [true, 5],
      [true, 3],
    ]);
  });

  test('files come in the order of the user’s sequencer, or shuffled, run by run', () => {
    const vitest = fakeVitest();
    vitest.config.sequence.sequencer = class {
      sort = (specs: Specification[]) => [...specs].reverse();
      shard = (specs: Specification[]) => specs.slice(0, 1);
    };
    const control = new OrderControl(vitest);
    const specs = ['a', 'b', 'c', 'd', 'e'].map((file) => aSpec(file));
    control.apply(aPlan());
    expect(sorted(vitest, specs)).toEqual([...specs].reverse());
    control.apply(aPlan({ orderSeed: 3 }));
    expect(sorted(vitest, specs)).toEqual(shuffled(specs, 3));
    control.apply(aPlan());
    expect(sorted(vitest, specs)).toEqual([...specs].reverse());
    expect(new vitest.config.sequence.sequencer(vitest).shard(specs)).toEqual(specs.slice(0, 1));
  });
});
