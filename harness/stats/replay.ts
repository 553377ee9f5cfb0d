import type { ConditionName } from '../events.js';
import type { Signature } from './huntReport.js';
import { reproduceCommand } from './reproduceCommand.js';
import type { SeenSignature } from './signatureTally.js';

/** How often a test or file failed under one condition, out of how many tries. */
export interface FailedUnder {
  readonly condition: ConditionName;
  readonly failures: number;
  readonly tries: number;
}

/**
 * Adds to each signature the command that repeats it: in the plain suite if it failed there, else
 * under the condition where it failed most.
 *
 * Signatures aren't counted by condition, so each is taken to have everywhere the share of the
 * failures that it has in all.
 */
export function withReplays(
  where: { readonly file: string; readonly project: string },
  signatures: readonly SeenSignature[],
  under: readonly FailedUnder[],
): Signature[] {
  const failing = under
    .filter(({ failures }) => failures > 0)
    .map(({ condition, failures, tries }) => ({ condition, rate: failures / tries }));
  if (failing.length === 0) return [];
  const best = failing.reduce((a, b) => (a.condition === 'baseline' || a.rate >= b.rate ? a : b));
  const all = signatures.reduce((sum, { count }) => sum + count, 0);
  return signatures.map(({ key, message, frame, count, firstRun, origin }) => {
    const replay = reproduceCommand({
      file: where.file,
      project: where.project,
      rate: best.rate * (count / all),
      condition: best.condition,
      seed: origin.seed,
      confidence: origin.confidence,
      typed: origin.command,
    });
    return { key, message, frame, count, firstRun, replay };
  });
}
