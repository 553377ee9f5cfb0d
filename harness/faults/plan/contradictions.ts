import { FlakehoundError } from '../../../src/index.js';
import { compositeNames } from '../interceptor.js';
import type { FaultRule } from './faultPlan.js';
import { primitiveNames, speaksOf } from './operations.js';
import { ruleText } from './ruleText.js';

/**
 * Refuses a rule that can never fire, since an earlier one ends every operation that it could
 * happen to. Two that may still meet different operations pass.
 *
 * @throws FlakehoundError `FAULTS_CONTRADICTION`
 */
export function refuseContradictions(earlier: readonly FaultRule[], rule: FaultRule): void {
  // Delays come before whatever ends the operation.
  if (rule.effect.kind === 'delay') return;
  const taker = earlier.find((other) => takesAll(other, rule));
  if (taker === undefined) return;
  throw new FlakehoundError(
    'FAULTS_CONTRADICTION',
    `${ruleText(rule)} can never fire: ${ruleText(taker)} comes first and takes every match`,
    { hint: 'put the narrower rule first, or limit the earlier one by path, nth or times' },
  );
}

/** The matches, by ordinal, at which a rule fires; `until` is the first after them. */
export function firingWindow(rule: FaultRule): { from: number; until: number } {
  const from = rule.nth ?? 1;
  const times = rule.times ?? (rule.nth === undefined ? Number.POSITIVE_INFINITY : 1);
  return { from, until: from + times };
}

const endings: readonly string[] = ['fail', 'tear', 'loseSync', 'crash'];

function takesAll(taker: FaultRule, rule: FaultRule): boolean {
  if (!endings.includes(taker.effect.kind) || taker.afterBytes !== undefined) return false;
  if ((taker.probability ?? 1) < 1 || !covers(taker, rule)) return false;
  const taken = firingWindow(taker);
  if (taken.from === 1 && taken.until === Number.POSITIVE_INFINITY) return true;
  // Ordinals agree only where both count the same operations from the start.
  if (rule.afterBytes !== undefined || rule.probability !== undefined) return false;
  if (!covers(rule, taker)) return false;
  const wanted = firingWindow(rule);
  return taken.from <= wanted.from && wanted.until <= taken.until;
}

/** Whether every operation that `rule` speaks of is one that `taker` speaks of. */
function covers(taker: FaultRule, rule: FaultRule): boolean {
  const isWider = taker.path === undefined || taker.path === rule.path;
  if (!isWider) return false;
  return everyOperation().every((o) => !speaksOf(rule, o) || speaksOf(taker, o));
}

/** One of each kind of operation that rules can tell apart, paths aside. */
function everyOperation(): Parameters<typeof speaksOf>[1][] {
  return primitiveNames.flatMap((name) =>
    [undefined, ...compositeNames].map((within) =>
      within === undefined ? { name } : { name, within },
    ),
  );
}
