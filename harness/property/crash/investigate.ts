import type { CrashBound } from '../../faults/durability/bound.js';
import { Disk } from '../../faults/durability/disk.js';
import { diskBackend } from '../../faults/durability/diskBackend.js';
import { type ModelRules, soundRules } from '../../faults/durability/modelRules.js';
import type { Recording } from '../../faults/durability/recording.js';
import { createFileSystem } from '../../faults/fileSystem/createFileSystem.js';
import { passThrough } from '../../faults/interceptor.js';
import { type CrashCase, fatesOf } from './crashCase.js';
import { type CrashOptions, type CrashPlan, planOf } from './crashOptions.js';
import { type Crash, type ExploreHow, Explorer, type Failure, type Tally } from './explore.js';
import { Judge } from './judge.js';
import { logicalNow } from './logicalNow.js';
import { marksBefore } from './marks.js';
import { minimise } from './minimise.js';
import { explain } from './missingSync.js';
import { recordOnDisk } from './record.js';
import type { Findings } from './renderFailure.js';
import { neededEffects } from './shorten.js';
import type { Workload } from './world.js';

/** What visiting a workload's crash states brought. */
export interface Investigation {
  /** Undefined when every state was well. */
  readonly findings: Findings | undefined;
  readonly tally: Tally;
  readonly bound: CrashBound;
}

/** A workload's crash states visited up to the first failure, and with what. */
export interface Examination<State> {
  readonly failure: Failure | undefined;
  readonly tally: Tally;
  readonly plan: CrashPlan<State>;
  readonly how: ExploreHow<State>;
}

/** Records a workload, visits its crash states, and makes a failure as small and clear as it can. */
export async function investigate<State>(
  workload: Workload,
  options: CrashOptions<State>,
): Promise<Investigation> {
  const { failure, tally, plan, how } = await examine(workload, options, soundRules);
  const { bound, dir } = plan;
  if (!failure) return { findings: undefined, tally, bound };
  const smallest = await minimise(failure, how);
  const needed = await neededEffects(smallest, how);
  const explanation = await explain(smallest, how);
  return { findings: { failure: smallest, needed, explanation, dir }, tally, bound };
}

/**
 * Records a workload and visits its crash states up to the first failure.
 *
 * @param rules - the model's; others than {@link soundRules} are for testing the model itself
 */
export async function examine<State>(
  workload: Workload,
  options: CrashOptions<State>,
  rules: ModelRules,
): Promise<Examination<State>> {
  const plan = planOf(options);
  const { dir, bound, model } = plan;
  const now = logicalNow();
  const recording = await recordOnDisk(workload, { ...plan, now });
  const backend = diskBackend(Disk.empty(now));
  const world = { fs: createFileSystem(backend, passThrough), dir };
  const judge = new Judge({ ...plan, rules }, backend, world);
  const how = { judge, bound, model, rules, now, isEnough: () => true };
  const explorer = new Explorer(how);
  const failure = plan.only
    ? await replay(explorer, recording, plan.only)
    : await explorer.explore(recording);
  return { failure, tally: explorer.tally, plan, how };
}

/** Visits the one state that the cases lead to. */
async function replay<State>(
  explorer: Explorer<State>,
  recording: Recording,
  cases: readonly CrashCase[],
): Promise<Failure | undefined> {
  const crashes: Crash[] = [];
  const marks = marksBefore(recording, cases[0]?.at ?? 0);
  let next = recording;
  for (const [depth, given] of cases.entries()) {
    const states = explorer.statesOf(next, depth);
    const crash = { recording: next, states, point: given.at, fates: fatesOf(given, states) };
    if (depth === cases.length - 1) return explorer.revisit(crash, { crashes, marks, left: 0 });
    crashes.push(crash);
    const { recording: recovery } = await explorer.recovered(crash);
    if (!recovery) return undefined;
    next = recovery;
  }
  return undefined;
}
