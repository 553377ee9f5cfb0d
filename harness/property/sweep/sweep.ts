import { FlakehoundError } from '../../../src/index.js';
import type { Operation } from '../../faults/interceptor.js';
import { draw } from '../../faults/plan/draw.js';
import type { FaultPlan, FaultRule } from '../../faults/plan/faultPlan.js';
import type { TraceEntry } from '../../faults/plan/trace.js';
import { type Ailment, judgeRun } from './judgeRun.js';
import { type FinishedRun, type RunSetting, runOnce, type SweepWorld } from './runOnce.js';
import type { SweepLimits, WorkloadOutcome } from './supervision.js';
import type { SweepSettings } from './sweepOptions.js';
import { faultText, type SweepFinding, type SweepReport } from './sweepReport.js';
import { variantsOf } from './variants.js';

/** Code under test, which works on the file system it is given. */
export type SweepWorkload = (world: SweepWorld) => unknown;

/** A plan to run, and the operation that its last fault is to strike. */
interface Attempt {
  readonly plan: FaultPlan;
  readonly ordinal: number | undefined;
}

/** A run as the sweep goes on from it. */
interface SweptRun {
  readonly plan: FaultPlan;
  readonly outcome: WorkloadOutcome;
  readonly operations: readonly Operation[];
  readonly trace: readonly TraceEntry[];
  /** The operation that the last fault struck; 0 where it never did. */
  readonly struckAt: number;
  readonly ailments: readonly Ailment[];
}

const noFaults: FaultPlan = { seed: 1, rules: [] };

/** Until it is known how much a run takes. */
const firstLimits: SweepLimits = { operations: 100_000, clockMs: 3_600_000, stillMs: 1000 };

/** A run under faults may retry, yet not for ever. */
const fewestOperations = 1000;
const mostTimesUntouched = 20;

/** All runs of one sweep. */
export class Sweep {
  private readonly workload: SweepWorkload;
  private readonly settings: SweepSettings;
  private readonly findings: SweepFinding[] = [];
  private readonly neverReached: string[] = [];
  private limits: SweepLimits;
  private runs = 0;
  private planned = 0;
  private leftOut = 0;

  constructor(workload: SweepWorkload, settings: SweepSettings) {
    this.workload = workload;
    this.settings = settings;
    this.limits = { ...firstLimits, ...settings.limits };
  }

  async report(): Promise<SweepReport> {
    const untouched = await this.run(noFaults);
    this.refuseBroken(untouched);
    const operations = Math.max(fewestOperations, untouched.operations.length * mostTimesUntouched);
    this.limits = { ...this.limits, operations, ...this.settings.limits };
    await (this.settings.only === undefined
      ? this.sweep(untouched)
      : this.tryPlan({ plan: this.settings.only, ordinal: undefined }));
    const again = await this.run(noFaults);
    return {
      runs: this.runs,
      operations: untouched.trace,
      findings: this.findings,
      neverReached: [...this.unmet(untouched), ...this.neverReached],
      leftOut: this.leftOut,
      isSteady: namesOf(untouched) === namesOf(again),
    };
  }

  private async sweep(untouched: SweptRun): Promise<void> {
    let attempts = this.attemptsAfter(untouched);
    for (let depth = 1; depth <= this.settings.depth; depth++) {
      const next: Attempt[] = [];
      const chosen = this.chosen(attempts);
      this.planned += chosen.length;
      for (const attempt of chosen) {
        // A run holds the bytes of all its calls. Of many thousands only what is to be tried next
        // may be kept.
        const run = await this.tryPlan(attempt);
        if (depth === this.settings.depth || run.outcome.kind === 'hung' || run.struckAt === 0) {
          continue;
        }
        for (const further of this.attemptsAfter(run)) next.push(further);
      }
      attempts = next;
    }
  }

  /** Each fault on each operation that came after the last fault of a run. */
  private attemptsAfter({ plan, operations, trace, struckAt }: SweptRun): Attempt[] {
    return operations.flatMap((operation, index) => {
      const ordinal = index + 1;
      if (ordinal <= struckAt || !this.isAsked(operation)) return [];
      return variantsOf({ operations, trace, ordinal }, this.settings).map((rule) => ({
        plan: { seed: plan.seed, rules: [...plan.rules, rule] },
        ordinal,
      }));
    });
  }

  private isAsked({ name, within }: Operation): boolean {
    const { operations } = this.settings;
    return operations?.some((asked) => asked === name || asked === within) ?? true;
  }

  /** As many as `maxRuns` still allows, drawn by the seed, in their order. */
  private chosen(attempts: readonly Attempt[]): readonly Attempt[] {
    const room = Math.max(0, this.settings.maxRuns - this.runs);
    if (attempts.length <= room) return attempts;
    this.leftOut += attempts.length - room;
    const ranked = attempts.map((attempt) => ({
      attempt,
      rank: draw(this.settings.seed, JSON.stringify(attempt.plan.rules)),
    }));
    const drawn = ranked.sort((a, b) => a.rank - b.rank).slice(0, room);
    const kept = new Set(drawn.map(({ attempt }) => attempt));
    return attempts.filter((attempt) => kept.has(attempt));
  }

  private async tryPlan({ plan, ordinal }: Attempt): Promise<SweptRun> {
    const run = await this.run(plan, ordinal);
    this.runs++;
    if (run.struckAt === 0) this.neverReached.push(plan.rules.map(ruleText).join(' and '));
    for (const ailment of run.ailments) this.findings.push(findingOf(ailment, run));
    this.settings.onRun({ runs: this.runs, planned: this.planned, findings: this.findings });
    return run;
  }

  private async run(plan: FaultPlan, target?: number): Promise<SweptRun> {
    const setting: RunSetting = {
      workload: this.workload,
      setup: this.settings.setup,
      ground: this.settings.ground,
      limits: this.limits,
      otherClock: this.settings.clock,
      install: this.settings.install,
    };
    return await runOnce(setting, plan, async (run) => ({
      plan,
      outcome: run.outcome,
      operations: run.watch.operations,
      trace: run.plan.trace,
      struckAt: struckAt(run, target),
      ailments: await judgeRun(run, this.settings, plan),
    }));
  }

  private refuseBroken({ outcome, ailments }: SweptRun): void {
    const [ailment] = ailments;
    if (outcome.kind !== 'threw' && ailment === undefined) return;
    const why = ailment?.message ?? messageOf(outcome);
    throw new FlakehoundError('SWEEP_UNTOUCHED', `the workload fails without any fault: ${why}`, {
      hint: 'make it pass by itself first; every run starts with fresh files, see `setup`',
      ...(outcome.kind === 'threw' ? { cause: outcome.error } : {}),
    });
  }

  /** Operations asked for that the workload never makes. */
  private unmet({ operations }: SweptRun): string[] {
    const asked = this.settings.operations ?? [];
    return asked.filter((name) => !operations.some((o) => o.name === name || o.within === name));
  }
}

/** Where the last fault of a plan struck; 0 when one of its faults never did. */
function struckAt({ plan: { trace, states } }: FinishedRun, intended: number | undefined): number {
  if (states.length === 0 || !states.every(({ fired }) => fired > 0)) return 0;
  if (intended !== undefined && trace[intended - 1]?.fault !== undefined) return intended;
  return trace.find(({ fault }) => fault !== undefined)?.ordinal ?? 0;
}

function findingOf({ kind, message }: Ailment, run: SweptRun): SweepFinding {
  const entry = run.trace[Math.max(0, run.struckAt - 1)];
  return {
    kind,
    message,
    ordinal: run.struckAt,
    operation: entry!.operation,
    within: entry?.within,
    path: entry?.path,
    dest: entry?.dest,
    callSite: entry?.callSite,
    fault: run.plan.rules.map(faultText).join(' and '),
    plan: run.plan,
  };
}

function namesOf({ operations }: SweptRun): string {
  return operations.map(({ name }) => name).join();
}

function ruleText(rule: FaultRule): string {
  return `${String(rule.on)} #${rule.nth ?? 1} ${faultText(rule)}`;
}

function messageOf(outcome: WorkloadOutcome): string {
  if (outcome.kind !== 'threw') return outcome.kind;
  return outcome.error instanceof Error ? outcome.error.message : String(outcome.error);
}
