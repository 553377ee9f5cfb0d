import type { FaultPlan, FaultRule } from '../../faults/plan/faultPlan.js';
import type { FinishedRun } from './runOnce.js';
import type { WorkloadOutcome } from './supervision.js';
import type { SweepSettings } from './sweepOptions.js';
import type { FindingKind } from './sweepReport.js';

/** One thing wrong with a finished run, before it is known where. */
export interface Ailment {
  readonly kind: FindingKind;
  readonly message: string;
}

/** Effects after which the operation has failed in the caller's eyes. */
const failing = new Set(['fail', 'tear', 'loseSync', 'diskFull']);

/** Holds a finished run against the invariant and against what no run may do. */
export async function judgeRun(
  run: FinishedRun,
  settings: SweepSettings,
  plan: FaultPlan,
): Promise<Ailment[]> {
  const { outcome } = run;
  if (outcome.kind === 'hung') return [{ kind: 'hung', message: outcome.why }];
  const rule = plan.rules.at(-1);
  const broken = await brokenInvariant(run, { settings, outcome, rule });
  return [
    ...(broken === undefined ? [] : [broken]),
    ...swallowed(run, settings, plan),
    ...(settings.descriptors === 'checked' && outcome.kind !== 'crashed' ? descriptors(run) : []),
  ];
}

async function brokenInvariant(
  { fs, dir }: FinishedRun,
  how: {
    settings: SweepSettings;
    outcome: Exclude<WorkloadOutcome, { kind: 'hung' }>;
    rule: FaultRule | undefined;
  },
): Promise<Ailment | undefined> {
  try {
    await how.settings.invariant({ fs, dir, outcome: how.outcome, fault: how.rule });
    return undefined;
  } catch (error) {
    return { kind: 'invariant', message: messageOf(error) };
  }
}

function swallowed({ outcome, plan: run }: FinishedRun, settings: SweepSettings, plan: FaultPlan) {
  if (outcome.kind !== 'returned') return [];
  const struck = run.trace.findLast(
    ({ fault, error }) => fault !== undefined && error !== undefined,
  );
  const unheard = plan.rules.find(
    (rule, at) =>
      failing.has(rule.effect.kind) && hasFired(run.states[at]) && settings.mustReject(rule),
  );
  if (struck === undefined || unheard === undefined) return [];
  const message = `returned although ${struck.operation} failed: ${struck.error?.message}`;
  return [{ kind: 'swallowed' as const, message }];
}

function hasFired(state: { fired: number } | undefined): boolean {
  return state !== undefined && state.fired > 0;
}

function descriptors({ watch, plan }: FinishedRun): Ailment[] {
  return watch.descriptorFaults().map(({ kind, ordinal, path }) => {
    const site = plan.trace[ordinal - 1]?.callSite;
    const at = site === undefined ? '' : ` at ${site}`;
    return kind === 'leaked'
      ? { kind, message: `${path ?? 'a file'} stays open, opened${at}` }
      : { kind, message: `a descriptor is closed again${at}` };
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
