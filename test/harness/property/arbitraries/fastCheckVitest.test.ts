import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { crashPoints } from '../../../../harness/property/arbitraries/crashPoints.js';
import { faultPlans } from '../../../../harness/property/arbitraries/faultPlans.js';
import { fileScripts } from '../../../../harness/property/arbitraries/fileScripts.js';
import { interleavings } from '../../../../harness/property/arbitraries/interleavings.js';

describe('as arguments of @fast-check/vitest', () => {
  test.prop([faultPlans({ minRules: 1 }), fileScripts()], { seed: 1 })(
    'plans and scripts',
    (plan, script) => {
      expect(plan.rules.length).toBeGreaterThanOrEqual(1);
      expect(script.length).toBeGreaterThanOrEqual(1);
    },
  );

  test.prop({ scheduler: interleavings(), point: crashPoints(5) }, { seed: 2 })(
    'interleavings and crash points, by name',
    async ({ scheduler, point }) => {
      const settled: number[] = [];
      const work = [1, 2].map(async (n) => {
        await scheduler.schedule(Promise.resolve());
        settled.push(n);
      });
      await scheduler.waitFor(Promise.all(work));
      expect(settled.sort()).toEqual([1, 2]);
      expect(point.at).toBeLessThanOrEqual(6);
    },
  );

  test('values drawn inside a test', ({ g }) => {
    expect(g(fc.array, faultPlans())).toBeInstanceOf(Array);
  });
});
