import type { GroupStep } from '../../src/index.js';
import type { RunEvent } from '../events.js';
import type { PackedRun } from './packRun.js';

/** Of one run: a suite that is broken all over says nothing more by the hundredth line. */
const mostLogged = 20;
const longestMessage = 500;

/** Log entries, of the hunt's job, for the ways to fail that no earlier run of the hunt had shown. */
export function failureLog(
  hunt: string,
  events: readonly RunEvent[],
  packed: PackedRun,
): readonly GroupStep[] {
  const isNew = new Set<number>();
  const known = packed.firstFailure;
  const steps: GroupStep[] = [];
  const failed = packed.failed.values();
  for (const event of events) {
    if (event.type !== 'attemptFinished') continue;
    const { outcome, run, condition, test } = event;
    if (outcome.kind === 'passed' || outcome.kind === 'skipped') continue;
    const number = failed.next().value ?? -1;
    if (number < known || isNew.has(number) || isNew.size === mostLogged) continue;
    isNew.add(number);
    steps.push({
      kind: 'log',
      id: hunt,
      level: 'error',
      message: outcome.failure.message.slice(0, longestMessage),
      fields: {
        run,
        condition,
        outcome: outcome.kind,
        file: test.file,
        name: test.name,
        frame: outcome.failure.frame,
      },
    });
  }
  return steps;
}
