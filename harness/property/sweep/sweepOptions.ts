import { FlakehoundError } from '../../../src/index.js';
import type { Operation } from '../../faults/interceptor.js';
import {
  type EffectKind,
  type FaultPlan,
  type FaultRule,
  faultPlan,
  type OperationName,
} from '../../faults/plan/faultPlan.js';
import { diskGround, type SweepGround, volumeGround } from './ground.js';
import type { SweepWorld } from './runOnce.js';
import type { SweepLimits, WorkloadOutcome } from './supervision.js';
import type { OtherClock } from './sweepClock.js';
import type { SweepFinding } from './sweepReport.js';
import type { Lasting } from './variants.js';

/** What the invariant judges: everything that a run left. */
export interface SweepAftermath {
  /** The files, without faults. */
  readonly fs: SweepWorld['fs'];
  readonly dir: string;
  /** Never `hung`: a run that hangs is a finding by itself. */
  readonly outcome: Exclude<WorkloadOutcome, { kind: 'hung' }>;
  /** What was injected; undefined after the run without faults. */
  readonly fault: FaultRule | undefined;
}

/** How far a sweep has come. */
export interface SweepProgress {
  /** Runs under a fault so far. */
  readonly runs: number;
  /** As far as is known: with a `depth` of 2 or more, what a run did decides which others follow. */
  readonly planned: number;
  /** What went wrong so far. */
  readonly findings: readonly SweepFinding[];
}

/** How a sweep goes about it. */
export interface SweepOptions {
  /** Prepares the files of each run, without faults. */
  readonly setup?: (world: Pick<SweepWorld, 'fs' | 'dir'>) => unknown;
  /** Throws (or rejects) when what a run left is wrong. */
  readonly invariant?: (aftermath: SweepAftermath) => unknown;
  /**
   * Whether a workload has to fail when an operation of its own failed: always, or for which
   * faults. Default: false, since it may retry or do without.
   */
  readonly mustReject?: boolean | ((fault: FaultRule) => boolean);
  /** Default: those that may befall the operation without a mistake of its caller. */
  readonly errnos?: readonly string[] | ((operation: Operation) => readonly string[]);
  /**
   * Default: `fail`, `shorten`, `tear`, `diskFull`. After `crash` everything written is still
   * there; what a real crash may lose is for `assertCrashSafe` to try.
   */
  readonly effects?: readonly EffectKind[];
  /** How long `fail` lasts. Default: both. */
  readonly lasting?: readonly Lasting[];
  /** Only these operations are made to fail. Default: all. */
  readonly operations?: readonly OperationName[];
  /** How many faults one run meets; 2 also reaches what only runs after a fault. Default: 1. */
  readonly depth?: number;
  /** Files in memory or in a temporary folder, or a maker of either kind. Default: `volume`. */
  readonly ground?: 'volume' | 'disk' | (() => SweepGround | Promise<SweepGround>);
  /**
   * Whether the workload's own calls of `node:fs` below `dir` fail as well, however it imports
   * them; those of setup and invariant go to the same files without faults. Default: false.
   */
  readonly install?: boolean;
  /** A fake clock that the workload waits on instead of `world.clock`; the sweep moves it. */
  readonly clock?: OtherClock;
  /** Whether a descriptor left open or closed twice is a finding. Default: `checked`. */
  readonly descriptors?: 'checked' | 'ignored';
  /** Default: 20 times what the run without faults needs, an hour on the clock, 1000 ms still. */
  readonly limits?: Partial<SweepLimits>;
  /** At most so many runs, chosen by the seed. Default: no limit. */
  readonly maxRuns?: number;
  /** Default: 1. */
  readonly seed?: number;
  /** Told after each run under a fault. */
  readonly onRun?: (progress: SweepProgress) => void;
  /** No sweep, but the one run under this plan: what a finding prints. */
  readonly only?: FaultPlan;
}

/** Options with every default in place. */
export interface SweepSettings {
  readonly setup: NonNullable<SweepOptions['setup']>;
  readonly invariant: NonNullable<SweepOptions['invariant']>;
  readonly mustReject: (fault: FaultRule) => boolean;
  readonly errnos: SweepOptions['errnos'];
  readonly effects: readonly EffectKind[];
  readonly lasting: readonly Lasting[];
  readonly operations: readonly OperationName[] | undefined;
  readonly depth: number;
  readonly ground: () => SweepGround | Promise<SweepGround>;
  readonly install: boolean;
  readonly clock: OtherClock | undefined;
  readonly descriptors: 'checked' | 'ignored';
  readonly limits: Partial<SweepLimits>;
  readonly maxRuns: number;
  readonly seed: number;
  readonly onRun: NonNullable<SweepOptions['onRun']>;
  readonly only: FaultPlan | undefined;
}

/** @throws FlakehoundError `PROPERTY_CONSTRAINT`, `FAULTS_ERRNO` or `FAULTS_OPERATION` */
export function resolveSweep(raw: SweepOptions): SweepSettings {
  const { mustReject = false, ground = 'volume' } = raw;
  const settings: SweepSettings = {
    setup: raw.setup ?? (() => {}),
    invariant: raw.invariant ?? (() => {}),
    mustReject: typeof mustReject === 'function' ? mustReject : () => mustReject,
    errnos: raw.errnos,
    effects: raw.effects ?? ['fail', 'shorten', 'tear', 'diskFull'],
    lasting: raw.lasting ?? ['once', 'forever'],
    operations: raw.operations,
    depth: raw.depth ?? 1,
    ground:
      typeof ground === 'function' ? ground : { volume: volumeGround, disk: diskGround }[ground],
    install: raw.install ?? false,
    clock: raw.clock,
    descriptors: raw.descriptors ?? 'checked',
    limits: raw.limits ?? {},
    maxRuns: raw.maxRuns ?? Number.POSITIVE_INFINITY,
    seed: raw.seed ?? 1,
    onRun: raw.onRun ?? (() => {}),
    only: raw.only === undefined ? undefined : faultPlan(raw.only),
  };
  check(settings);
  return settings;
}

function check({ errnos, effects, lasting, operations, depth, maxRuns }: SweepSettings): void {
  if (typeof errnos === 'object') {
    for (const code of errnos) refuseWrong({ on: 'open', effect: { kind: 'fail', code } });
  }
  for (const on of operations ?? []) refuseWrong({ on, effect: { kind: 'delay', ms: 1 } });
  const problems: [isWrong: boolean, what: string][] = [
    [effects.length === 0, 'effects is empty'],
    [lasting.length === 0, 'lasting is empty'],
    [operations?.length === 0, 'operations is empty'],
    [typeof errnos === 'object' && errnos.length === 0, 'errnos is empty'],
    [!Number.isInteger(depth) || depth < 1, `depth is ${depth}`],
    [!(maxRuns >= 1), `maxRuns is ${maxRuns}`],
  ];
  const found = problems.find(([isWrong]) => isWrong);
  if (found === undefined) return;
  throw new FlakehoundError('PROPERTY_CONSTRAINT', `sweepFaults: ${found[1]}`, {
    hint: 'leave the option out for its default',
  });
}

/** Lets the plan's own checks name what doesn't exist. */
function refuseWrong(rule: FaultRule): void {
  faultPlan({ seed: 1, rules: [rule] });
}
