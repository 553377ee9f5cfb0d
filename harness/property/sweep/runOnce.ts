import { targetBackend } from '../../faults/faultTarget.js';
import { createFileSystem, type FileSystem } from '../../faults/fileSystem/createFileSystem.js';
import { passThrough } from '../../faults/interceptor.js';
import type { FaultPlan } from '../../faults/plan/faultPlan.js';
import { PlanRun } from '../../faults/plan/planRun.js';
import { routed } from '../routed.js';
import type { SweepGround } from './ground.js';
import { chained, InFlight, RunWatch } from './runWatch.js';
import { Supervision, type SweepLimits, type WorkloadOutcome } from './supervision.js';
import { type OtherClock, SteppedClock, type SweepClock } from './sweepClock.js';

/** What a workload works with. */
export interface SweepWorld {
  /** The file system that fails. */
  readonly fs: FileSystem;
  /** The folder to work in. */
  readonly dir: string;
  /** Time to wait on: a backoff on this clock costs no real time. */
  readonly clock: SweepClock;
}

/** What one run needs. */
export interface RunSetting {
  readonly workload: (world: SweepWorld) => unknown;
  readonly setup: (world: Pick<SweepWorld, 'fs' | 'dir'>) => unknown;
  readonly ground: () => SweepGround | Promise<SweepGround>;
  readonly limits: SweepLimits;
  /** Moves together with the sweep's own clock. */
  readonly otherClock: OtherClock | undefined;
  /** Whether calls of `node:fs` below `dir` go to the run's files as well. */
  readonly install: boolean;
}

/** A run that is over, its files still there. */
export interface FinishedRun {
  readonly outcome: WorkloadOutcome;
  readonly watch: RunWatch;
  readonly plan: PlanRun;
  /** The same files without faults. */
  readonly fs: FileSystem;
  readonly dir: string;
}

/** Runs the workload once under a plan on fresh files, and hands over what it left. */
export async function runOnce<T>(
  setting: RunSetting,
  plan: FaultPlan,
  judge: (run: FinishedRun) => Promise<T>,
): Promise<T> {
  const ground = await setting.ground();
  try {
    const backend = targetBackend(ground.over);
    const clock = new SteppedClock();
    const { timers } = clock;
    const plain = createFileSystem(backend, passThrough, { timers });
    const at = { dir: ground.dir, installed: setting.install };
    await routed(at, plain, () => setting.setup({ fs: plain, dir: ground.dir }));
    const watch = new RunWatch(setting.limits.operations);
    const faults = new PlanRun(plan, { clock });
    const inFlight = new InFlight();
    const fs = createFileSystem(backend, chained(watch, faults, inFlight), { timers });
    const world = { fs, dir: ground.dir, clock };
    const { workload, limits, otherClock } = setting;
    const supervision = new Supervision(limits, { watch, inFlight, clock, otherClock });
    const call = () => workload(world);
    const ended = await supervision.outcomeOf(() => routed(at, fs, call));
    const outcome: WorkloadOutcome =
      faults.hasCrashed && ended.kind !== 'hung' ? { kind: 'crashed' } : ended;
    const finished = { outcome, watch, plan: faults, fs: plain, dir: ground.dir };
    return await routed(at, plain, () => judge(finished));
  } finally {
    await ground.dispose();
  }
}
