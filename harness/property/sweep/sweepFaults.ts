import { FlakehoundError } from '../../../src/index.js';
import { installRouter } from '../../faults/routing/router.js';
import { Sweep, type SweepWorkload } from './sweep.js';
import { resolveSweep, type SweepOptions } from './sweepOptions.js';
import { renderSweep, type SweepReport } from './sweepReport.js';

/**
 * Runs a workload once without faults, then once per operation and fault that may befall it: the
 * first operation fails, the second … until no operation is left. After each run the invariant is
 * judged, and so is whether the workload hangs, keeps a descriptor open or closes one twice.
 *
 * Files are fresh for each run. The same workload and options give the same report.
 *
 * A workload that waits should wait on `clock`, which jumps when nothing else moves. A synchronous
 * loop that swallows every error and asks for no operation cannot be stopped.
 *
 * @throws FlakehoundError `SWEEP_UNTOUCHED` when the workload fails without faults,
 *   `PROPERTY_CONSTRAINT` for options that make no sense
 */
export async function sweepFaults(
  workload: SweepWorkload,
  options: SweepOptions = {},
): Promise<SweepReport> {
  const settings = resolveSweep(options);
  // Held once for all runs: each of them begins and ends routes of its own.
  const hold = settings.install ? installRouter() : undefined;
  try {
    return await new Sweep(workload, settings).report();
  } finally {
    hold?.[Symbol.dispose]();
  }
}

/**
 * As {@link sweepFaults}, for tests: whatever it finds is an error.
 *
 * @throws FlakehoundError `SWEEP_UNSAFE` listing every finding; as {@link sweepFaults}
 */
export async function assertFaultSafe(
  workload: SweepWorkload,
  options: SweepOptions = {},
): Promise<SweepReport> {
  const report = await sweepFaults(workload, options);
  if (report.findings.length === 0) return report;
  throw new FlakehoundError('SWEEP_UNSAFE', renderSweep(report), {
    hint: 'to see one of these runs alone, add its `only: faultPlan(...)` to the options',
  });
}
