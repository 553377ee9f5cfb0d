import { FlakehoundError } from '../../../src/index.js';
import type { CrashBound } from '../../faults/durability/bound.js';
import { Disk, type Now } from '../../faults/durability/disk.js';
import { type DiskBackend, diskBackend } from '../../faults/durability/diskBackend.js';
import { type ModelRules, soundRules } from '../../faults/durability/modelRules.js';
import type { Recording } from '../../faults/durability/recording.js';
import { createFileSystem, type FileSystem } from '../../faults/fileSystem/createFileSystem.js';
import { passThrough } from '../../faults/interceptor.js';
import { routed } from '../routed.js';
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
  const ready = await prepare(workload, plan);
  return routed(plan, ready.fs, async () => {
    const { explorer, how } = explorerOf(ready, plan, soundRules);
    const failure = plan.only
      ? await replay(explorer, ready.recording, plan.only)
      : await explorer.explore(ready.recording);
    const { tally } = explorer;
    if (!failure) return { findings: undefined, tally, bound };
    const smallest = await withRecoverySites(await minimise(failure, how), plan);
    const needed = await neededEffects(smallest, how);
    const explanation = await explain(smallest, how);
    return { findings: { failure: smallest, needed, explanation, dir }, tally, bound };
  });
}

/**
 * Records a workload once and tells of any model whether every crash state is well in it; for
 * testing the model.
 */
export async function safetyByRules<State>(
  workload: Workload,
  options: CrashOptions<State>,
): Promise<(rules: ModelRules) => Promise<boolean>> {
  const plan = planOf(options);
  const ready = await prepare(workload, plan);
  return async (rules) => {
    const { explorer } = explorerOf(ready, plan, rules);
    return (await explorer.explore(ready.recording)) === undefined;
  };
}

/** A recorded workload, and the file system on which its crash states will be recovered. */
interface Prepared {
  readonly recording: Recording;
  readonly backend: DiskBackend;
  readonly fs: FileSystem;
  readonly now: Now;
}

async function prepare<State>(workload: Workload, plan: CrashPlan<State>): Promise<Prepared> {
  const now = logicalNow();
  const recording = await record(workload, { ...plan, now });
  if (recording.effects.every(({ kind }) => kind === 'mark')) {
    throw new FlakehoundError(
      'CRASH_OPTION',
      `assertCrashSafe: the workload changed nothing below ${plan.dir}, so there is no crash to survive`,
      {
        hint: 'have it use the `fs` and `dir` it is given, or pass `installed: true` if it imports node:fs',
      },
    );
  }
  const backend = diskBackend(Disk.empty(now));
  return { recording, backend, fs: createFileSystem(backend, passThrough), now };
}

function explorerOf<State>(
  { backend, fs, now }: Prepared,
  plan: CrashPlan<State>,
  rules: ModelRules,
): { explorer: Explorer<State>; how: ExploreHow<State> } {
  const { dir, bound, model } = plan;
  const judge = new Judge({ ...plan, rules }, backend, { fs, dir });
  const how = { judge, bound, model, rules, now, isEnough: () => true };
  return { explorer: new Explorer(how), how };
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
