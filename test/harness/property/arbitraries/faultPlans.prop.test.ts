import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as effects from '../../../../harness/faults/plan/effects.js';
import { type FaultPlan, faultPlan } from '../../../../harness/faults/plan/faultPlan.js';
import { operationNames } from '../../../../harness/faults/plan/operations.js';
import { crashPoint, crashPoints } from '../../../../harness/property/arbitraries/crashPoints.js';
import { faultPlans } from '../../../../harness/property/arbitraries/faultPlans.js';
import { printedCounterexample } from './printedCounterexample.js';

const everything = {
  operations: operationNames,
  effects: ['fail', 'delay', 'shorten', 'tear', 'loseSync', 'diskFull', 'crash'],
  paths: ['**/*.json', '**/a'],
  maxRules: 8,
  chance: true,
} as const;

test('every plan is valid', () => {
  fc.assert(
    fc.property(fc.oneof(faultPlans(), faultPlans(everything)), (plan) => {
      expect(faultPlan(plan)).toEqual(plan);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('every effect is drawn, with and without path, times, chance and bytes', () => {
  const rules = fc
    .sample(faultPlans(everything), { numRuns: 300, seed: 1 })
    .flatMap((p) => p.rules);
  expect(new Set(rules.map(({ effect }) => effect.kind)).size).toBe(7);
  for (const field of ['path', 'nth', 'times', 'probability', 'afterBytes'] as const) {
    const given = rules.filter((rule) => rule[field] !== undefined).length;
    expect([given > 0, given < rules.length], field).toEqual([true, true]);
  }
});

test('only a plan that draws has a seed of its own', () => {
  const seeds = (chance: boolean): Set<number> =>
    new Set(
      fc
        .sample(faultPlans({ chance, minRules: 1 }), { numRuns: 50, seed: 1 })
        .map(({ seed }) => seed),
    );
  expect(seeds(false)).toEqual(new Set([1]));
  expect(seeds(true).size).toBeGreaterThan(5);
});

const hasRule =
  (fits: (rule: FaultPlan['rules'][number]) => boolean) =>
  ({ rules }: FaultPlan): boolean =>
    rules.some(fits);

test.each([
  [
    'a failing rename',
    hasRule(
      ({ on, effect }) => on === 'rename' && effect.kind === 'fail' && effect.code === 'EBUSY',
    ),
    "faultPlan({ seed: 1, rules: [{ on: 'rename', nth: 1, effect: fail('EBUSY') }] })",
  ],
  [
    'a third write torn after five bytes',
    hasRule(({ nth, effect }) => nth === 3 && effect.kind === 'tear' && effect.bytes >= 5),
    "faultPlan({ seed: 1, rules: [{ on: 'write', nth: 3, effect: tear(5, 'EIO') }] })",
  ],
  [
    'two rules, one of them repeated',
    (plan: FaultPlan) => plan.rules.length > 1 && hasRule(({ times }) => times !== undefined)(plan),
    "faultPlan({ seed: 1, rules: [\n  { on: 'write', nth: 1, effect: fail('EIO') },\n  { on: 'write', nth: 1, times: 2, effect: fail('EIO') },\n] })",
  ],
])('%s shrinks to what it takes', async (_what, fails, code) => {
  expect(await printedCounterexample(faultPlans(), fails)).toBe(code);
});

test('what is printed is the plan again', () => {
  const names = ['faultPlan', 'crashPoint', ...Object.keys(effects)];
  const values = [faultPlan, crashPoint, ...Object.values(effects)];
  fc.assert(
    fc.property(fc.oneof(faultPlans(everything), crashPoints(9)), (plan) => {
      const evaluate = new Function(...names, `return ${fc.stringify(plan)}`);
      expect(evaluate(...values)).toEqual(plan);
    }),
    { seed: 2 },
  );
});

test('crash points reach from the first operation to after the last', () => {
  const points = fc.sample(crashPoints(3), { numRuns: 200, seed: 1 });
  expect([...new Set(points.map(({ at }) => at))].sort()).toEqual([1, 2, 3, 4]);
});

test('crash points are plans, and shrink to the first that fails', async () => {
  expect(faultPlan(crashPoint(2)).rules).toEqual([{ on: '*', nth: 2, effect: { kind: 'crash' } }]);
  expect(await printedCounterexample(crashPoints(40), ({ at }) => at >= 7)).toBe('crashPoint(7)');
});

test.each([
  [() => faultPlans({ operations: [] }), 'PROPERTY_CONSTRAINT'],
  [() => faultPlans({ effects: [] }), 'PROPERTY_CONSTRAINT'],
  [() => faultPlans({ operations: ['rename'], effects: ['tear'] }), 'PROPERTY_CONSTRAINT'],
  [() => faultPlans({ minRules: 2, maxRules: 1 }), 'PROPERTY_CONSTRAINT'],
  [() => faultPlans({ maxNth: 0 }), 'PROPERTY_CONSTRAINT'],
  [() => faultPlans({ errnos: ['ENOPE'] }), 'FAULTS_ERRNO'],
  [() => faultPlans({ operations: ['renam' as 'rename'] }), 'FAULTS_OPERATION'],
  [() => crashPoints(-1), 'PROPERTY_CONSTRAINT'],
  [() => crashPoint(0), 'PROPERTY_CONSTRAINT'],
])('refuses %s', (make, code) => {
  expect(make).toThrow(expect.objectContaining({ code }));
});
