import type { FaultPlan } from '../../../harness/faults/plan/faultPlan.js';
import {
  faultText,
  type SweepFinding,
  type SweepReport,
} from '../../../harness/property/sweep/sweepReport.js';
import { type StoreSweep, sweepStore } from '../sweeps/storeSweep.js';

/** Beside those that the manuals name for a call: what a kernel, a network drive or a scanner may answer all the same. */
const errnos = ['EIO', 'ENOSPC', 'EACCES', 'EBUSY', 'EMFILE', 'EROFS', 'EINTR', 'EAGAIN'];

const forms: readonly (readonly [name: string, how: Partial<StoreSweep>])[] = [
  ['what may befall each call, short counts and full disks', {}],
  ['every errno at every call', { errnos, effects: ['fail'] }],
];

/** So many runs between two lines that say how far it came. */
const runsPerLine = 500;

/**
 * Lets every call of a whole store fail. `--runs N` bounds each of the four sweeps, drawn by
 * `--seed N`; left out, all of some thirty thousand runs are made. `--sweep N` makes the Nth of them
 * alone, `--only PLAN` one run under the plan that a finding prints.
 */
export async function prove(options: Readonly<Record<string, string>>): Promise<boolean> {
  const { runs, seed = '1', sweep, only } = options;
  const bounds = {
    ...(runs === undefined ? {} : { maxRuns: Number(runs) }),
    ...(only === undefined ? {} : { only: JSON.parse(only) as FaultPlan }),
  };
  const sweeps = forms.flatMap(([name, how]) =>
    (['now', 'background'] as const).map((commit) => ({ name, how, commit })),
  );
  let findings = 0;
  for (const [at, { name, how, commit }] of sweeps.entries()) {
    if (sweep !== undefined && Number(sweep) !== at + 1) continue;
    const began = performance.now();
    const seconds = (): string => ((performance.now() - began) / 1000).toFixed(0);
    let told = 0;
    const onRun: StoreSweep['onRun'] = (so) => {
      // At once: what is stopped before its end has found something all the same.
      for (; told < so.findings.length; told++) tell(so.findings[told]!);
      if (so.runs % runsPerLine !== 0) return;
      const most = Math.round(process.memoryUsage.rss() / 2 ** 20);
      console.log(
        `${so.runs} of ${so.planned} runs in ${seconds()} s, ${most} MiB, ${told} findings`,
      );
    };
    const report = await sweepStore({ ...how, ...bounds, seed: Number(seed), commit, onRun });
    console.log(
      `${name}, commits ${commit}: ${report.operations.length} calls, ${report.runs} runs in ${seconds()} s, ${leftOut(report)}, ${report.findings.length} findings`,
    );
    findings += report.findings.length;
  }
  return findings === 0;
}

function tell({ kind, message, ordinal, operation, path, plan }: SweepFinding): void {
  const rules = plan.rules.map(faultText).join(' and ');
  console.log(`  #${ordinal} ${operation} ${path}, ${rules}: ${kind}: ${message.split('\n')[0]}`);
  console.log(`    only: ${JSON.stringify(plan)}`);
}

function leftOut({ leftOut: count, neverReached, isSteady }: SweepReport): string {
  const steady = isSteady ? '' : ', two runs without faults differed';
  return `${count} left out, ${neverReached.length} never struck${steady}`;
}
