import { expect, test } from 'vitest';
import { renderSweep } from '../../harness/property/sweep/sweepReport.js';
import { sweepStore } from './sweeps/storeSweep.js';

/** Of some thousands, drawn by the seed: what the suite has time for. */
const maxRuns = 15;

test.each(['now', 'background'] as const)(
  'whatever call of a whole store fails, in whatever way, what its callers were told is true: %s',
  async (commit) => {
    const report = await sweepStore({ commit, maxRuns });
    expect(renderSweep(report)).toContain('nothing broke');
    expect(report.runs).toBe(maxRuns);
  },
  // Some seconds on a machine with nothing else to do.
  60_000,
);
