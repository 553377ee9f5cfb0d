import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aStatus } from '../../../support/jobs.js';
import { StateRig } from './stateRig.js';

const ids = ['a', 'b', 'c', 'd', 'ü'];
const id = fc.constantFrom(...ids);
const share = fc.constantFrom(0.3, 0.6, 1);

type Step = (rig: StateRig) => void;
const named = (name: string, step: Step): Step => Object.assign(step, { toString: () => name });

const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(id, fc.nat(3), fc.boolean())
      .map(([on, type, parent]) => named(`create ${on}`, (rig) => rig.create(on, type, parent))),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(id, fc.oneof(aStatus, fc.constantFrom(0.25, 0.5, 1, 2)))
      .map(([on, how]) => named(`change ${on} ${how}`, (rig) => rig.change(on, how))),
  },
  { weight: 2, arbitrary: id.map((on) => named(`remove ${on}`, (rig) => rig.remove(on))) },
  { weight: 2, arbitrary: id.map((on) => named(`log ${on}`, (rig) => rig.log(on))) },
  { weight: 6, arbitrary: share.map((s) => named(`settle ${s}`, (rig) => rig.settle(s))) },
  { weight: 1, arbitrary: share.map((s) => named(`revert ${s}`, (rig) => rig.revert(s))) },
  {
    weight: 1,
    arbitrary: fc.nat(3).map((most) =>
      named(`release ${most}`, (rig) => {
        rig.state.release(most);
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        status: fc.option(fc.oneof(aStatus, fc.uniqueArray(aStatus)), { nil: undefined }),
        type: fc.option(fc.constantFrom('build', 'test'), { nil: undefined }),
        parent: fc.option(fc.constant('p'), { nil: undefined }),
        limit: fc.option(fc.nat(3), { nil: undefined }),
        newest: fc.boolean(),
        afterId: fc.option(id, { nil: undefined }),
      })
      .map((query) => named(`list ${JSON.stringify(query)}`, (rig) => rig.list(query))),
  },
);

/** What happens at the end of a phase in which a checkpoint may have been under way. */
const anEnd: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(named('thaw', (rig) => rig.thaw())) },
  { weight: 4, arbitrary: fc.constant(named('checkpointed', (rig) => rig.checkpointed())) },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 1, max: 4 })
      .map((size) => named(`reopen ${size}`, (rig) => rig.reopen(size))),
  },
);

const freeze = named('freeze', (rig) => rig.freeze());
const someSteps = fc.array(aStep, { maxLength: 10 });
const aHistory = fc
  .array(
    fc
      .tuple(someSteps, someSteps, anEnd)
      .map(([first, then, end]) => [...first, freeze, ...then, end]),
    { maxLength: 5 },
  )
  .map((phases) => phases.flat());

test.each([100_000, 1500, 0])(
  'with %i B of cache, any history of writes, failures, checkpoints and crashes reads as a plain map',
  (cacheBytes) => {
    fc.assert(
      fc.property(aHistory, fc.boolean(), (steps, checksAlways) => {
        const rig = new StateRig(cacheBytes);
        for (const step of steps) {
          step(rig);
          // Reading loads what was unread: half of the histories do it only at the end.
          if (checksAlways) rig.check(ids);
        }
        rig.check(ids);
        rig.settle(1);
        rig.check(ids);
        expect(rig.state.pendingChanges).toBe(0);
        rig.list({});
      }),
      { numRuns: 300 },
    );
  },
);
