import type { Operation } from '../interceptor.js';
import { firingWindow } from './contradictions.js';
import { draw } from './draw.js';
import type { FaultRule } from './faultPlan.js';
import { globMatcher, type PathMatcher } from './glob.js';
import { speaksOf } from './operations.js';

/** What the operations seen so far have made of one rule. */
export class RuleState {
  readonly rule: FaultRule;
  /** Operations that the rule speaks of, after its bytes. */
  matched = 0;
  /** How often its effect happened. */
  fired = 0;
  /** How often it would have happened, had not another rule ended the operation before. */
  preempted = 0;
  /** Of a full disk: bytes that still fit. */
  roomBytes: number;
  private readonly matches: PathMatcher | undefined;
  private readonly name: string;
  private readonly seed: number;

  /** @param name - tells this rule's draws from those of others with the same seed */
  constructor(rule: FaultRule, how: { seed: number; name: string }) {
    this.rule = rule;
    this.name = how.name;
    this.seed = how.seed;
    this.matches = rule.path === undefined ? undefined : globMatcher(rule.path);
    this.roomBytes = rule.effect.kind === 'diskFull' ? rule.effect.bytes : 0;
  }

  /** Whether it speaks of this operation; `paths` are those that globs see. */
  speaksOf(operation: Operation, paths: readonly string[]): boolean {
    return speaksOf(this.rule, operation) && this.matchesPath(paths);
  }

  /** Counts a match, and says whether the rule is to fire at it. */
  isDue(): boolean {
    this.matched++;
    const { probability, times = Number.POSITIVE_INFINITY, effect } = this.rule;
    // Only a world that was begun anew gets here a second time.
    if (effect.kind === 'crash' && this.fired >= (this.rule.times ?? 1)) return false;
    if (probability !== undefined) {
      return this.fired < times && draw(this.seed, `${this.name}/${this.matched}`) < probability;
    }
    const { from, until } = firingWindow(this.rule);
    return this.matched >= from && this.matched < until;
  }

  /** Whether it fired as often as it can; without a limit, once is enough. */
  get isExhausted(): boolean {
    const { probability, times, effect } = this.rule;
    if (probability !== undefined && times === undefined) return this.matched > 0;
    // A crash without a number happens once and ends all.
    if (effect.kind === 'crash' || effect.kind === 'diskFull') return this.fired > 0;
    return this.fired >= (times ?? 1);
  }

  private matchesPath(paths: readonly string[]): boolean {
    const { matches } = this;
    return matches === undefined || paths.some((path) => matches(path));
  }
}
