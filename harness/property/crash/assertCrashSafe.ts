import { posix } from 'node:path';
import { FlakehoundError } from '../../../src/index.js';
import { type CrashBound, defaultBound } from '../../faults/durability/bound.js';
import {
  type CrashModel,
  type ModelRules,
  soundRules,
} from '../../faults/durability/modelRules.js';
import { type Examination, examine } from './examine.js';
import type { Failure } from './explore.js';
import { leftOut } from './leftOut.js';
import { renderFailure } from './renderFailure.js';
import type { CrashWorld, Invariant, Workload } from './world.js';

/** How {@link assertCrashSafe} judges a workload. */
export interface CrashOptions<State> {
  /** Opens what a crash left and gives the state that invariants judge. May write, may throw. */
  readonly recover: (world: CrashWorld) => State | Promise<State>;
  /** What must hold after every crash, by name. */
  readonly invariants: Readonly<Record<string, Invariant<State>>>;
  /** Makes what is durable before the workload begins. */
  readonly setup?: (world: CrashWorld) => void | Promise<void>;
  /** Which file system to model: MODEL.md says what each may lose. */
  readonly model?: CrashModel;
  readonly bound?: Partial<CrashBound>;
  /** Also recover twice, and demand the same state and the same disk. */
  readonly idempotent?: boolean;
  /** The directory to work in, as the code under test shall see it. */
  readonly dir?: string;
}

/** What was visited without finding a failure. */
export interface CrashReport {
  /** Crashes inside recovery included. */
  readonly crashPoints: number;
  readonly statesVisited: number;
  readonly distinctStates: number;
  /** What the bound left out, in words. */
  readonly boundLeftOut: string;
}

/**
 * Runs a workload, then visits every crash point with every legal set of lost, torn and reordered
 * unsynced effects within the bound, recovers each, and crashes again inside recovery.
 *
 * @throws FlakehoundError `CRASH_UNSAFE` with the broken invariant, the shortest script that breaks
 * it, the state left on the disk and the sync that is missing
 */
export async function assertCrashSafe<State>(
  workload: Workload,
  options: CrashOptions<State>,
): Promise<CrashReport> {
  return assertUnderRules(workload, options, soundRules);
}

/** The same with a model that may be wrong on purpose, for testing the model itself. */
export async function assertUnderRules<State>(
  workload: Workload,
  options: CrashOptions<State>,
  rules: ModelRules,
): Promise<CrashReport> {
  const how = { ...resolved(options), rules };
  const found = await examine(workload, how);
  if (found.failure) throw await unsafe(found, found.failure);
  return {
    crashPoints: found.tally.crashPoints,
    statesVisited: found.tally.statesVisited,
    distinctStates: found.tally.distinctStates,
    boundLeftOut: leftOut(how.bound, found.tally),
  };
}

function resolved<State>(options: CrashOptions<State>) {
  const { bound = {} } = options;
  return {
    recover: options.recover,
    invariants: options.invariants,
    setup: options.setup ?? (() => undefined),
    model: options.model ?? ('posix' as const),
    bound: { ...defaultBound, ...bound, recovery: { ...defaultBound.recovery, ...bound.recovery } },
    idempotent: options.idempotent ?? false,
    dir: posix.resolve('/', options.dir ?? '/data'),
  };
}

async function unsafe<State>(
  found: Examination<State>,
  failure: Failure,
): Promise<FlakehoundError> {
  return new FlakehoundError('CRASH_UNSAFE', await renderFailure(found, failure), {
    hint: 'add the missing sync, or pass the printed `only` to look at this one state again',
    cause: failure.complaint.cause,
  });
}
