import { join } from 'node:path';
import { plainFailure } from '../../harness/runner/host/failures.js';
import type {
  FileEnd,
  FileFact,
  TaskPack,
  WorkerResult,
  WorkerTask,
} from '../../harness/runner/host/fileTap.js';
import type { CollectedFile } from '../../harness/runner/host/vitestFace.js';

/** Where the suite of these builders lies. */
export const root = '/repo';

/** A test as a worker describes it; its id is its name unless given. */
export const aTest = (name: string, over: Partial<WorkerTask> = {}): WorkerTask => ({
  id: name,
  name,
  type: 'test',
  mode: 'run',
  ...over,
});

export const aSuite = (
  name: string,
  tasks: readonly WorkerTask[],
  over: Partial<WorkerTask> = {},
): WorkerTask => ({ id: name, name, type: 'suite', mode: 'run', tasks, ...over });

export const aFile = (
  tasks: readonly WorkerTask[],
  over: Partial<CollectedFile> = {},
): CollectedFile => {
  const { filepath = join(root, 'a.test.ts') } = over;
  return { id: filepath, name: filepath, type: 'suite', mode: 'run', tasks, filepath, ...over };
};

/** What a worker says of a test that went through. */
export const pack = (
  id: string,
  state: NonNullable<WorkerResult['state']>,
  over: WorkerResult = {},
): TaskPack => [id, { state, duration: 1, ...over }];

export const failedBy = (message: string): WorkerResult => ({ errors: [{ message }] });

export const died = (...running: string[]): FileEnd => ({
  kind: 'died',
  how: plainFailure('WorkerCrashed', 'killed'),
  running,
});

export const stalled = (...running: string[]): FileEnd => ({
  kind: 'stalled',
  how: plainFailure('WorkerStalled', 'no sign of life'),
  running,
});

/** Facts as short lines: `name: kind` or `name: kind message` for attempts, `phase: message` else. */
export function told(facts: readonly FileFact[]): string[] {
  return facts.map((fact) => {
    if (fact.type === 'failure') return `${fact.phase}: ${fact.failure.message}`;
    const { outcome } = fact;
    const more =
      outcome.kind === 'skipped'
        ? ` ${outcome.why}`
        : outcome.kind === 'passed'
          ? ''
          : ` ${outcome.failure.message}`;
    return `${fact.test.name}: ${outcome.kind}${more}`;
  });
}
