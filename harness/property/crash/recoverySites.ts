import { Disk } from '../../faults/durability/disk.js';
import { diskBackend } from '../../faults/durability/diskBackend.js';
import { Recorder } from '../../faults/durability/recorder.js';
import type { Recording } from '../../faults/durability/recording.js';
import { createFileSystem } from '../../faults/fileSystem/createFileSystem.js';
import { routed } from '../routed.js';
import type { CrashPlan } from './crashOptions.js';
import type { Crash, Failure } from './explore.js';
import { logicalNow } from './logicalNow.js';

/**
 * The same failure with the call sites of its recoveries, which the visit does without for the sake
 * of speed: each is run once more.
 */
export async function withRecoverySites<State>(
  failure: Failure,
  plan: CrashPlan<State>,
): Promise<Failure> {
  const crashes: Crash[] = [];
  for (const crash of failure.crashes) {
    const before = crashes.at(-1);
    const recording = before ? await withSites(crash.recording, before, plan) : crash.recording;
    crashes.push({ ...crash, recording });
  }
  return { ...failure, crashes };
}

async function withSites<State>(
  recording: Recording,
  before: Crash,
  plan: CrashPlan<State>,
): Promise<Recording> {
  const left = before.states.diskAt(before.point, before.fates);
  const disk = new Disk(left.nodes(), new Map(), { nextIno: left.inoLimit, now: logicalNow() });
  const recorder = new Recorder(disk);
  const fs = createFileSystem(diskBackend(disk), recorder);
  try {
    await routed(plan, fs, async () => plan.recover({ fs, dir: plan.dir }));
  } catch {
    // It was judged already; here only its calls are wanted.
  }
  const { steps } = recorder.recording();
  // A recovery that does something else each time keeps its bare steps.
  return steps.length === recording.effects.length ? { ...recording, steps } : recording;
}
