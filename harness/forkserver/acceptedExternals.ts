import type { RejectedExternal } from './protocol.js';

/** One more process that imports these, in this order, and says which of them gave themselves away. */
export type Trial = (externals: readonly string[]) => Promise<readonly RejectedExternal[]>;

/** Chains of packages that import one another hide the innermost's effects for so many trials. */
const mostTrials = 8;

/**
 * Tries packages out until a trial finds nothing: what a rejected one had loaded already, the next
 * trial loads under the eyes of whoever imports it first.
 */
export async function acceptedExternals(
  externals: readonly string[],
  trial: Trial,
): Promise<{ accepted: readonly string[]; rejected: readonly RejectedExternal[] }> {
  const rejected: RejectedExternal[] = [];
  let accepted = [...new Set(externals)];
  for (let trials = 0; accepted.length > 0; trials++) {
    if (trials === mostTrials) {
      const why = `still unclear after ${mostTrials} trials`;
      rejected.push(...accepted.map((path) => ({ path, why })));
      return { accepted: [], rejected };
    }
    const found = await trial(accepted);
    if (found.length === 0) break;
    rejected.push(...found);
    accepted = accepted.filter((path) => !found.some((each) => each.path === path));
  }
  return { accepted, rejected };
}
