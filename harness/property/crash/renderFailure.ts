import type { Examination } from './examine.js';
import type { Crash, Failure } from './explore.js';

/** The message of a failure. */
export async function renderFailure<State>(
  _found: Examination<State>,
  failure: Failure,
): Promise<string> {
  const lines = [`invariant '${failure.complaint.invariant}' broke: ${failure.complaint.message}`];
  for (const crash of failure.crashes) lines.push(...linesOf(crash));
  return lines.join('\n');
}

function linesOf(crash: Crash): string[] {
  return crash.recording.effects
    .slice(0, crash.point)
    .map(
      (effect, index) =>
        `${index} ${effect.kind} ${crash.fates[index]} ${crash.recording.steps[index]?.call} ${crash.recording.steps[index]?.path} ${crash.recording.steps[index]?.site?.text}`,
    );
}
