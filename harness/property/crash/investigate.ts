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
import { record } from './record.js';
import { withRecoverySites } from './recoverySites.js';
import type { Findings } from './renderFailure.js';
import { routed } from './routed.js';
import { neededEffects } from './shorten.js';
import type { Workload } from './world.js';

/** What visiting a workload's crash states brought. */
export interface Investigation {
  /** Undefined when every state was well. */
  readonly findings: Findings | undefined;
  readonly tally: Tally;
  readonly bound: CrashBound;
}

/** Records a workload, visits its crash states, and makes a failure as small and clear as it can. */
export async function investigate<State>(
  workload: Workload,
  options: CrashOptions<State>,
): Promise<Investigation> {
  const plan = planOf(options);
  const { bound, dir } = plan;
  return examining(workload, plan, async ({ failure, tally, how }) => {
    if (!failure) return { findings: undefined, tally, bound };
    const smallest = await withRecoverySites(await minimise(failure, how), plan);
    const needed = await neededEffects(smallest, how);
    const explanation = await explain(smallest, how);
    return { findings: { failure: smallest, needed, explanation, dir }, tally, bound };
  });
}

/**
 * Whether every crash state is well in a model that follows these rules; for testing the model.
 */
export async function isSafeUnder<State>(
  workload: Workload,
  options: CrashOptions<State>,
  rules: ModelRules,
): Promise<boolean> {
  const plan = { ...planOf(options), rules };
  return examining(workload, plan, async ({ failure }) => failure === undefined);
}

/** A workload's crash states visited up to the first failure, and with what. */
interface Examination<State> {
  readonly failure: Failure | undefined;
  readonly tally: Tally;
  readonly how: ExploreHow<State>;
}

/** Records a workload, visits its crash states, and hands on what that found. */
async function examining<State, Result>(
  workload: Workload,
  plan: CrashPlan<State> & { readonly rules?: ModelRules },
  then: (examination: Examination<State>) => Promise<Result>,
): Promise<Result> {
  const { dir, bound, model, rules = soundRules } = plan;
  const now = logicalNow();
  const recording = await record(workload, { ...plan, now });
  const backend = diskBackend(Disk.empty(now));
  const fs = createFileSystem(backend, passThrough);
  const judge = new Judge({ ...plan, rules }, backend, { fs, dir });
  const how = { judge, bound, model, rules, now, isEnough: () => true };
  const explorer = new Explorer(how);
  return routed(plan, fs, async () => {
    const failure = plan.only
      ? await replay(explorer, recording, plan.only)
      : await explorer.explore(recording);
    return then({ failure, tally: explorer.tally, how });
  });
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
