import { toStringMethod } from 'fast-check';
import type { Effect, FaultPlan, FaultRule } from '../../faults/plan/faultPlan.js';
import { printCode } from './printCode.js';

/** Prints an effect as the call that makes it: `tear(3, 'ENOSPC')`. */
export function printEffect(effect: Effect): string {
  const { kind, ...values } = effect;
  return `${kind}(${Object.values(values).map(printCode).join(', ')})`;
}

/** Prints a plan as code to paste: `faultPlan({ seed: 1, rules: [...] })`. */
export function printPlan(plan: FaultPlan): string {
  const rules = plan.rules.map(printRule);
  const list = rules.length < 2 ? rules.join('') : `\n${rules.map((r) => `  ${r},\n`).join('')}`;
  return `faultPlan({ seed: ${plan.seed}, rules: [${list}] })`;
}

/** A copy that fast-check prints as code; a frozen plan takes no method. */
export function printable(plan: FaultPlan): FaultPlan {
  const copy = { ...plan };
  Object.defineProperty(copy, toStringMethod, { value: () => printPlan(plan) });
  return Object.freeze(copy);
}

function printRule({ effect, ...matcher }: FaultRule): string {
  const fields = printCode(matcher).slice(1, -1).trim();
  return `{ ${fields}, effect: ${printEffect(effect)} }`;
}
