import {
  type Arbitrary,
  array,
  cloneMethod,
  scheduler as fastCheckScheduler,
  nat,
  Random,
  type Scheduler,
  toStringMethod,
} from 'fast-check';
import { FlakehoundError } from '../../../src/index.js';
import { printCode } from './printCode.js';

/** How much of the order {@link interleavings} may decide. */
export interface InterleavingConstraints {
  /** Decisions among several waiting tasks; later ones go first come, first served. Default: 20. */
  readonly maxDecisions?: number;
  /** How far behind the first waiting task a decision may reach. Default: 7. */
  readonly maxJump?: number;
}

/**
 * Schedulers of fast-check that shrink, which its own `fc.scheduler()` doesn't: towards fewer
 * decisions, and first come, first served. They print as `interleaving([1, 0, 2])` with the order
 * in which tasks were completed.
 */
export function interleavings(constraints: InterleavingConstraints = {}): Arbitrary<Scheduler> {
  const { maxDecisions = 20, maxJump = 7 } = constraints;
  for (const [name, value] of Object.entries({ maxDecisions, maxJump })) {
    if (Number.isInteger(value) && value >= 0) continue;
    throw new FlakehoundError('PROPERTY_CONSTRAINT', `interleavings: ${name} is ${value}`, {
      hint: 'give an integer of at least 0',
    });
  }
  return array(nat(maxJump), { maxLength: maxDecisions }).map(interleaving);
}

/**
 * A scheduler that takes these decisions.
 *
 * @param decisions - whenever several tasks wait, the index of the one to go on, in the order in
 *   which they began to wait (taken modulo their number); 0 once the list is used up
 */
export function interleaving(decisions: readonly number[]): Scheduler {
  const taken: number[] = [];
  const made = fastCheckScheduler().generate(new ScriptedRandom(decisions, taken), undefined);
  const scheduler = made.value;
  // fast-check runs each property on a value of its own: the decisions start anew.
  Object.defineProperty(scheduler, cloneMethod, { value: () => interleaving(decisions) });
  Object.defineProperty(scheduler, toStringMethod, { value: () => print(scheduler, taken) });
  return scheduler;
}

function print(scheduler: Scheduler, taken: readonly number[]): string {
  const last = taken.findLastIndex((index) => index !== 0);
  const order = scheduler
    .report()
    .map(({ label, schedulingType, status }) => `\n  // ${status}: ${label || schedulingType}`);
  return `interleaving(${printCode(taken.slice(0, last + 1))})${order.join('')}`;
}

/** Answers fast-check's scheduler, which draws one index per step among the waiting tasks. */
class ScriptedRandom extends Random {
  private readonly decisions: readonly number[];
  private readonly taken: number[];

  constructor(decisions: readonly number[], taken: number[]) {
    super(new NoRandomness());
    this.decisions = decisions;
    this.taken = taken;
  }

  override clone(): ScriptedRandom {
    return new ScriptedRandom(this.decisions, this.taken);
  }

  override nextInt(min = 0, max = 0): number {
    if (max === min) return min;
    const index = (this.decisions[this.taken.length] ?? 0) % (max - min + 1);
    this.taken.push(index);
    return min + index;
  }
}

/** Never drawn from: every draw of the scheduler is answered above. */
class NoRandomness {
  clone(): NoRandomness {
    return this;
  }

  next(): number {
    return 0;
  }

  jump(): void {}

  getState(): readonly number[] {
    return [];
  }
}
