import type { CrashBound } from '../../faults/durability/bound.js';
import { Disk } from '../../faults/durability/disk.js';
import { diskBackend } from '../../faults/durability/diskBackend.js';
import type { CrashModel, ModelRules } from '../../faults/durability/modelRules.js';
import type { Recording } from '../../faults/durability/recording.js';
import { createFileSystem } from '../../faults/fileSystem/createFileSystem.js';
import { passThrough } from '../../faults/interceptor.js';
import { type ExploreHow, Explorer, type Failure, type Tally } from './explore.js';
import { Judge, type MaybePromise } from './judge.js';
import { logicalNow } from './logicalNow.js';
import { recordOnDisk } from './record.js';
import type { CrashWorld, Invariant, Workload } from './world.js';

/** A workload's options with every default filled in. */
export interface ExamineHow<State> {
  readonly recover: (world: CrashWorld) => MaybePromise<State>;
  readonly invariants: Readonly<Record<string, Invariant<State>>>;
  readonly setup: (world: CrashWorld) => unknown;
  readonly model: CrashModel;
  readonly bound: CrashBound;
  readonly idempotent: boolean;
  readonly dir: string;
  readonly rules: ModelRules;
}

/** What a visit found, and what it takes to visit variations of it. */
export interface Examination<State> {
  readonly recording: Recording;
  readonly failure: Failure | undefined;
  readonly tally: Tally;
  readonly explore: ExploreHow<State>;
}

/** Records a workload and visits its crash states up to the first failure. */
export async function examine<State>(
  workload: Workload,
  how: ExamineHow<State>,
): Promise<Examination<State>> {
  const now = logicalNow();
  const { dir, setup, bound, model, rules } = how;
  const recording = await recordOnDisk(workload, { dir, setup, now });
  const backend = diskBackend(Disk.empty(now));
  const world = { fs: createFileSystem(backend, passThrough), dir };
  const judge = new Judge(how, backend, world);
  const explore = { judge, bound, model, rules, now, isEnough: () => true };
  const explorer = new Explorer(explore);
  const failure = await explorer.explore(recording);
  return { recording, failure, tally: explorer.tally, explore };
}
