import { posix } from 'node:path';
import { FlakehoundError } from '../../../src/index.js';
import { type CrashBound, defaultBound, type StateBound } from '../../faults/durability/bound.js';
import type { CrashModel } from '../../faults/durability/modelRules.js';
import { type Interceptor, passThrough } from '../../faults/interceptor.js';
import { systemFaultClock } from '../../faults/plan/faultClock.js';
import { type FaultPlan, faultPlan } from '../../faults/plan/faultPlan.js';
import { PlanRun } from '../../faults/plan/planRun.js';
import type { CrashCase } from './crashCase.js';
import type { Ground } from './record.js';
import type { CrashWorld, Invariant } from './world.js';

/** How a workload is judged. */
export interface CrashOptions<State> {
  /** Opens what a crash left and gives the state that invariants judge. May write, may throw. */
  readonly recover: (world: CrashWorld) => State | Promise<State>;
  /** What must hold after every crash, by name. */
  readonly invariants: Readonly<Record<string, Invariant<State>>>;
  /** Makes what is durable before the workload begins. */
  readonly setup?: (world: CrashWorld) => void | Promise<void>;
  /** Which file system to model: MODEL.md says what each may lose. */
  readonly model?: CrashModel;
  readonly bound?: BoundGiven;
  /** Also recover twice, and demand the same state and the same disk. */
  readonly idempotent?: boolean;
  /**
   * What the workload runs on: a disk in memory by default, the real file system (`dir` must then be
   * a directory of its own), or a memfs volume. Recovery always runs on a disk in memory.
   */
  readonly over?: Ground;
  /**
   * The code under test imports `node:fs` itself: its calls below `dir`, in workload and recovery,
   * are routed.
   */
  readonly installed?: boolean;
  /** Stands between the workload and the disk, as a fault plan does; made anew for each use. */
  readonly through?: () => Interceptor;
  /** A fault plan between the workload and the disk; instead of `through`. */
  readonly faults?: FaultPlan;
  /** Only the state that an earlier failure printed: one crash, or several in a row. */
  readonly only?: readonly CrashCase[];
  /** The directory to work in, as the code under test shall see it. */
  readonly dir?: string;
}

/** What a user says of the bound; the rest is as in `defaultBound`. */
export type BoundGiven = Partial<Omit<CrashBound, 'recovery'>> & {
  readonly recovery?: Partial<StateBound>;
};

/** The same with every default filled in. */
export interface CrashPlan<State> {
  readonly recover: (world: CrashWorld) => State | Promise<State>;
  readonly invariants: Readonly<Record<string, Invariant<State>>>;
  readonly setup: (world: CrashWorld) => void | Promise<void>;
  readonly model: CrashModel;
  readonly bound: CrashBound;
  readonly idempotent: boolean;
  readonly over: Ground;
  readonly installed: boolean;
  readonly through: () => Interceptor;
  readonly only: readonly CrashCase[] | undefined;
  readonly dir: string;
}

/** @throws FlakehoundError `CRASH_OPTION` for options that make no sense */
export function planOf<State>(options: CrashOptions<State>): CrashPlan<State> {
  const { bound = {}, invariants, model = 'posix' } = options;
  if (Object.keys(invariants).length === 0) {
    refuse('no invariant was given', "give one, as {'saved jobs survive': ({state}) => …}");
  }
  if (model !== 'posix' && model !== 'ordered') {
    refuse(`there is no model '${String(model)}'`, "take 'posix' or 'ordered'");
  }
  if (options.over === 'node:fs' && options.dir === undefined) {
    refuse('over the real file system it needs `dir`', 'give it a fresh temporary directory');
  }
  if (options.only?.length === 0)
    refuse('`only` is empty', 'paste what a failure printed, or drop it');
  const whole = {
    ...defaultBound,
    ...bound,
    recovery: { ...defaultBound.recovery, ...bound.recovery },
  };
  checkBound(whole, 'bound');
  checkBound(whole.recovery, 'bound.recovery');
  return {
    recover: options.recover,
    invariants,
    setup: options.setup ?? (() => undefined),
    model,
    bound: whole,
    idempotent: options.idempotent ?? false,
    over: options.over ?? 'disk',
    installed: options.installed ?? false,
    through: throughOf(options),
    only: options.only,
    dir: posix.resolve('/', options.dir ?? '/data'),
  };
}

function throughOf({
  through,
  faults,
}: Pick<CrashOptions<unknown>, 'through' | 'faults'>): () => Interceptor {
  if (faults === undefined) return through ?? (() => passThrough);
  if (through !== undefined) refuse('both `through` and `faults` were given', 'give one of them');
  const checked = faultPlan(faults);
  return () => new PlanRun(checked, { clock: systemFaultClock });
}

function checkBound(bound: StateBound, name: string): void {
  for (const [key, value] of Object.entries(bound)) {
    if (typeof value === 'number' && !(Number.isInteger(value) && value >= 0)) {
      refuse(`${name}.${key} is ${value}`, 'give a whole number, 0 or more');
    }
  }
  const wrong = bound.tornAt.find((bytes) => !Number.isInteger(bytes) || bytes < 1);
  if (wrong !== undefined)
    refuse(`${name}.tornAt has ${wrong}`, 'give whole numbers of bytes, 1 or more');
  if (bound.exhaustive > 24) {
    refuse(`${name}.exhaustive is ${bound.exhaustive}`, 'at most 24: 2 to that power are visited');
  }
}

function refuse(message: string, hint: string): never {
  throw new FlakehoundError('CRASH_OPTION', `assertCrashSafe: ${message}`, { hint });
}
