import type { CompositeName } from '../interceptor.js';
import type { PrimitiveName } from '../primitives.js';
import { refuseContradictions } from './contradictions.js';
import { checkRule } from './ruleChecks.js';

/** A primitive, or a call of `node:fs` that is composed of several. */
export type OperationName = PrimitiveName | CompositeName;

/** What a rule does to the operation that it fires on. */
export type Effect =
  /** The call fails with that errno and has no effect. */
  | { readonly kind: 'fail'; readonly code: string }
  /** The call proceeds, so many milliseconds late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** A short read or a short write: at most that many bytes, at least one. */
  | { readonly kind: 'shorten'; readonly bytes: number }
  /** That many bytes reach the file, then the call fails. */
  | { readonly kind: 'tear'; readonly bytes: number; readonly code: string }
  /** The sync fails and its pages are marked clean: a later sync succeeds without them. */
  | { readonly kind: 'loseSync'; readonly code: string }
  /** Room for so many more bytes, then a short write, then ENOSPC. */
  | { readonly kind: 'diskFull'; readonly bytes: number }
  /** The world stops before the call: it and all later ones have no effect. */
  | { readonly kind: 'crash' };

export type EffectKind = Effect['kind'];

/** One fault: on which operations, at which of them, and what happens then. */
export interface FaultRule {
  /**
   * A composite name matches the primitives that such a call makes: `writeFile` its open, writes
   * and close. There `fail` hits one of them, the one that can give that error, and `delay` the
   * first.
   */
  readonly on: OperationName | readonly OperationName[] | '*';
  /** A glob over the absolute path or dest, `/` between names on every platform. */
  readonly path?: string;
  /** 1-based: the first match to fire at. */
  readonly nth?: number;
  /** At how many matches from then on; by default 1 with `nth`, else all. */
  readonly times?: number;
  /** 0..1; each match draws by the plan's seed. */
  readonly probability?: number;
  /** Matches count once the plan has seen that many bytes written. */
  readonly afterBytes?: number;
  readonly effect: Effect;
}

/** Faults to inject, as immutable data: equal plans do the same to equal operations. */
export interface FaultPlan {
  readonly seed: number;
  readonly rules: readonly FaultRule[];
}

/**
 * Checks a plan and freezes a copy of it.
 *
 * @throws FlakehoundError `FAULTS_OPERATION`, `FAULTS_ERRNO`, `FAULTS_VALUE`, `FAULTS_EFFECT`,
 *   `FAULTS_GLOB` or `FAULTS_CONTRADICTION`, naming the rule
 */
export function faultPlan(plan: FaultPlan): FaultPlan {
  const rules = plan.rules.map(frozenRule);
  rules.forEach((rule, at) => {
    checkRule(rule);
    refuseContradictions(rules.slice(0, at), rule);
  });
  return Object.freeze({ seed: plan.seed, rules: Object.freeze(rules) });
}

/** A copy that nobody can change. */
export function frozenRule(rule: FaultRule): FaultRule {
  const on = typeof rule.on === 'string' ? rule.on : Object.freeze([...rule.on]);
  return Object.freeze({ ...rule, on, effect: Object.freeze({ ...rule.effect }) });
}
