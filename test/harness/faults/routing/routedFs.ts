import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { nodeBackend } from '../../../../harness/faults/backends/nodeBackend.js';
import {
  createFileSystem,
  type FileSystem,
} from '../../../../harness/faults/fileSystem/createFileSystem.js';
import { nodeFs } from '../../../../harness/faults/nodeFs.js';
import type { FaultRule } from '../../../../harness/faults/plan/faultPlan.js';
import { PlanRun } from '../../../../harness/faults/plan/planRun.js';
import { steppingClock } from '../plan/planFakes.js';

/** A file system over the disk with a plan of its own, which also keeps the trace. */
export interface Planned {
  readonly fileSystem: FileSystem;
  readonly run: PlanRun;
}

/** A plan of these rules over the real file system. */
export function planned(...rules: FaultRule[]): Planned {
  const run = new PlanRun({ seed: 1, rules }, { clock: steppingClock() });
  return { run, fileSystem: createFileSystem(nodeBackend, run) };
}

/** A real directory that is never routed itself, removed when disposed. */
export function scratch(): Disposable & { readonly path: string; file(name: string): string } {
  const path = nodeFs.mkdtempSync(join(process.env.TMPDIR ?? '/tmp', `routed-${randomUUID()}-`));
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => nodeFs.rmSync(path, { recursive: true, force: true }),
  };
}

/** The primitives of a trace, with the composite they were part of. */
export function operationsOf(run: PlanRun): string[] {
  return run.trace.map(({ within, operation }) =>
    within === undefined || within === operation ? operation : `${within}:${operation}`,
  );
}

/** The code of what an asynchronous call rejects with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
