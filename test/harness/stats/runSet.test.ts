import { expect, test } from 'vitest';
import { RunSet } from '../../../harness/stats/runSet.js';

test('each run counts once, in whatever order they come', () => {
  const runs = new RunSet();
  for (const run of [9, 1, 100_000, 64, 1, 9, 63, 100_000]) runs.add(run);
  expect(runs.size).toBe(5);
});

test('runs of another hunt are all different', () => {
  const runs = new RunSet();
  runs.add(1);
  runs.addOthers(20);
  runs.add(1);
  expect(runs.size).toBe(21);
});
