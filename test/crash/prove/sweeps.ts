import { faultText, type SweepReport } from '../../../harness/property/sweep/sweepReport.js';
import { type StoreSweep, sweepStore } from '../sweeps/storeSweep.js';

/** Beside those that the manuals name for a call: what a kernel, a network drive or a scanner may answer all the same. */
const errnos = ['EIO', 'ENOSPC', 'EACCES', 'EBUSY', 'EMFILE', 'EROFS', 'EINTR', 'EAGAIN'];

const forms: readonly (readonly [name: string, how: Partial<StoreSweep>])[] = [
  ['what may befall each call, short counts and full disks', {}],
  ['every errno at every call', { errnos, effects: ['fail'] }],
];

/**
 * Lets every call of a whole store fail. `--runs N` bounds each of the four sweeps, drawn by
 * `--seed N`; left out, all of some twenty thousand runs are made.
 */
export async function prove(options: Readonly<Record<string, string>>): Promise<boolean> {
  const { runs, seed = '1' } = options;
  const maxRuns = runs === undefined ? {} : { maxRuns: Number(runs) };
  let findings = 0;
  for (const [name, how] of forms) {
    for (const commit of ['now', 'background'] as const) {
      const began = performance.now();
      const report = await sweepStore({ ...how, ...maxRuns, seed: Number(seed), commit });
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      console.log(
        `${name}, commits ${commit}: ${report.operations.length} calls, ${report.runs} runs in ${seconds} s, ${report.leftOut} left out, ${report.findings.length} findings`,
      );
      tell(report);
      findings += report.findings.length;
    }
  }
  return findings === 0;
}

function tell({ findings, isSteady }: SweepReport): void {
  for (const { kind, message, ordinal, operation, path, plan } of findings) {
    const rules = plan.rules.map(faultText).join(' and ');
    console.log(`  #${ordinal} ${operation} ${path}, ${rules}: ${kind}: ${message.split('\n')[0]}`);
    console.log(`    only: ${JSON.stringify(plan)}`);
  }
  if (!isSteady) console.log('  two runs without faults differed');
}
