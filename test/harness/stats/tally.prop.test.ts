import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HuntEvent } from '../../../harness/events.js';
import { huntFinished, huntStarted, tallyOf } from './builders.js';
import { interleave, someHunt } from './someHunt.js';

test('the order in which files are heard of changes nothing in the report', () => {
  fc.assert(
    fc.property(someHunt(), fc.infiniteStream(fc.nat()), ({ runs }, picks) => {
      const told = (tell: (ofFiles: readonly HuntEvent[][]) => HuntEvent[]) =>
        tallyOf([
          huntStarted({ conditions: ['baseline', 'shuffled'] }),
          ...runs.flatMap((run) => [run.started, ...tell(run.ofFiles), run.finished]),
          huntFinished(),
        ]).report();
      const oneByOne = told((ofFiles) => ofFiles.flat());
      const mixed = told((ofFiles) => interleave(ofFiles, () => picks.next().value));
      expect(mixed).toEqual(oneByOne);
    }),
    { seed: 11 },
  );
});

test('every attempt is in exactly one count, and every failure in one signature', () => {
  fc.assert(
    fc.property(someHunt(), ({ runs }) => {
      const events = runs.flatMap((run) => run.ofFiles.flat());
      const { tests } = tallyOf([huntStarted(), ...events]).report();
      const heard = events.filter(({ type }) => type === 'attemptFinished').length;
      const counted = tests.reduce((sum, one) => sum + one.attempts + one.skipped, 0);
      expect(counted).toBe(heard);
      for (const one of tests) {
        const failures = one.failed + one.timedOut + one.crashed;
        expect(one.passed + failures).toBe(one.attempts);
        expect(one.signatures.reduce((sum, { count }) => sum + count, 0)).toBe(failures);
        expect(one.byCondition.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(one.attempts);
        const timed = one.durationMs?.buckets.reduce((sum, [, count]) => sum + count, 0) ?? 0;
        expect(timed).toBe(one.attempts);
      }
    }),
    { seed: 12 },
  );
});
