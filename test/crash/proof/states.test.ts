import { describe, expect, test } from 'vitest';
import type { BoundGiven } from '../../../harness/property/index.js';
import { generatedProof } from './generated.js';
import { type Counts, propertyNames } from './properties.js';
import { prove } from './prove.js';
import { proofScripts } from './scripts.js';

// The bounded share of `npm run prove`: every workload from its start to its end, with few losses.
const bound: BoundGiven = {
  exhaustive: 0,
  few: 0,
  samples: 1,
  exhaustiveTorn: 0,
  tornAt: [4096],
  cuts: 1,
  recoveryCrashes: 0,
  states: 150,
};
const inRecovery: BoundGiven = {
  ...bound,
  recoveryCrashes: 1,
  recovery: { ...bound, samples: 0 },
  states: 100,
};
const models = ['posix', 'ordered'] as const;
const counts: Counts = new Map();
const how = (model: (typeof models)[number]) => ({ model, bound, secondActs: 3, counts });

const byHand = proofScripts.map((proof, at) => ({ ...proof, model: models[at % 2]! }));
const reports = new Map<string, ReturnType<typeof prove>>();
/** Whichever test asks first has it proven, in whatever order they run. */
function provenOnce({ model, ...proof }: (typeof byHand)[number]): ReturnType<typeof prove> {
  const report = reports.get(proof.name) ?? prove(proof, how(model));
  reports.set(proof.name, report);
  return report;
}
/** Between them they judge every property. */
const telling = new Set([
  'log entries beside changes',
  'a backup over an older one',
  'an old owner that writes on',
  'a full disk',
  'a recovery file, merged at the next open',
]);

describe('after any crash the store keeps what it must', () => {
  test.each(byHand)('$name, on a disk of the model $model', async (proof) => {
    const { statesVisited } = await provenOnce(proof);
    expect(statesVisited).toBeGreaterThan(30);
  });

  test.each(['first open and close', 'takeover by a new epoch'])(
    '%s, and again while it recovers',
    async (name) => {
      const proof = proofScripts.find((one) => one.name === name)!;
      const report = await prove(proof, { ...how('posix'), bound: inRecovery });
      expect(report.statesVisited).toBeGreaterThan(100);
    },
  );

  test.each([1, 2, 3, 5])('generated workload %i', async (seed) => {
    await prove(generatedProof(seed), how(models[seed % 2]!));
  });

  test('each of the 17 properties was judged', async () => {
    const proofs = byHand.filter(({ name }) => telling.has(name));
    expect(proofs).toHaveLength(telling.size);
    for (const proof of proofs) await provenOnce(proof);
    const unjudged = [...propertyNames].filter(([number]) => (counts.get(number) ?? 0) === 0);
    expect(unjudged).toEqual([]);
    expect(propertyNames.size).toBe(17);
  });
});
