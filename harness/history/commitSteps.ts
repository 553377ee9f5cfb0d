import { FlakehoundError, type GroupStep, type JobStore } from '../../src/index.js';

/** Owners that may go away during one group, each leaving us in doubt, before we give up. */
const mostDoubts = 3;

/**
 * Carries out steps together. Where the process that owns the store goes away and nobody can tell
 * whether they took effect, they are sent again without the jobs that are there by now: all our
 * other steps may happen twice, at the price of a log entry.
 */
export async function commitSteps(store: JobStore, steps: readonly GroupStep[]): Promise<void> {
  for (let doubts = 1, left = steps; ; doubts++) {
    try {
      await store.group(left);
      return;
    } catch (error) {
      const isDoubt = error instanceof FlakehoundError && error.code === 'STORE_OUTCOME_UNKNOWN';
      if (!isDoubt || doubts === mostDoubts) throw error;
      left = await withoutCreated(store, steps);
    }
  }
}

async function withoutCreated(
  store: JobStore,
  steps: readonly GroupStep[],
): Promise<readonly GroupStep[]> {
  const left: GroupStep[] = [];
  for (const step of steps) {
    const isThere =
      step.kind === 'create' && step.id !== undefined && (await store.get(step.id)) !== undefined;
    if (!isThere) left.push(step);
  }
  return left;
}
