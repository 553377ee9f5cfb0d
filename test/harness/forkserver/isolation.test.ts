import { expect, test } from 'vitest';
import { type ProbeRun, runProbe } from './bothWays.js';

const statesOf = (run: ProbeRun | undefined) =>
  run?.tests.map((each) => (each.meta as { state: { visits: number; pid: number } }).state) ?? [];

test.each([
  [true, [1, 1], 2],
  [false, [1, 2], 1],
])(
  'with isolate: %s files share what they share in ordinary workers',
  async (isolate, visits, workers) => {
    const config = { isolate };
    const [ordinary] = await runProbe({ probe: 'shared-*.probe.ts', way: 'ordinary', config });
    const lesson = ordinary?.lesson ?? { answers: [], externals: [] };
    const forked = await runProbe({
      probe: 'shared-*.probe.ts',
      way: 'forked',
      runs: 2,
      config,
      lesson,
    });
    for (const run of [ordinary, ...forked]) {
      expect(run?.errors).toEqual([]);
      const states = statesOf(run);
      expect(states.map((state) => state.visits)).toEqual(visits);
      expect(new Set(states.map((state) => state.pid)).size).toBe(workers);
    }
  },
  60_000,
);
