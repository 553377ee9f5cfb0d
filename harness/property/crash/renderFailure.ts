import { caseOf, codeOf } from './crashCase.js';
import { explanationText } from './explanationText.js';
import type { Crash, Failure } from './explore.js';
import type { Explanation } from './missingSync.js';
import { renderScript } from './renderScript.js';
import { renderTree } from './renderTree.js';

/** What is to be told of a failure. */
export interface Findings {
  /** Minimised. */
  readonly failure: Failure;
  /** Effects of the first crash's recording that the failure needs. */
  readonly needed: ReadonlySet<number>;
  readonly explanation: Explanation;
  readonly dir: string;
}

/**
 * The message of a failure: the invariant, the shortest script with what became of each operation,
 * what the crash left on the disk, which sync is missing, and the code to look at it again.
 */
export function renderFailure(findings: Findings): string {
  const { failure, needed, explanation, dir } = findings;
  const lines = [`invariant '${failure.complaint.invariant}' broke: ${failure.complaint.message}`];
  failure.crashes.forEach((crash, depth) => {
    const all = new Set(crash.recording.effects.keys());
    lines.push('', depth === 0 ? 'Workload' : 'Recovery');
    lines.push(...renderScript(crash, depth === 0 ? needed : all));
  });
  const last = failure.crashes.at(-1) as Crash;
  lines.push('', 'Left on the disk');
  lines.push(...renderTree(last.states.diskAt(last.point, last.fates), dir));
  lines.push('', explanationText(explanation, failure));
  lines.push('', `Look again with only: ${codeOf(failure.crashes.map(caseOf))}`);
  return lines.join('\n');
}
