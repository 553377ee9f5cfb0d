import type { Effect } from './faultPlan.js';
import type { RuleState } from './ruleState.js';

/** What the plan does to one operation. */
export interface Decision {
  /** Milliseconds to wait first. */
  delayMs: number;
  /** At most so many bytes to read or write. */
  limit: number | undefined;
  /** What ends the operation, if anything does. */
  ending: { readonly state: RuleState; readonly effect: Ending } | undefined;
  /** The full disk whose room this write takes, and how much was set aside for it. */
  room: { readonly state: RuleState; readonly bytes: number } | undefined;
  /** Those that happen to it. */
  readonly firing: RuleState[];
}

/** An effect after which the operation does not proceed as asked. */
export type Ending = Exclude<Effect, { kind: 'delay' | 'shorten' }>;

/**
 * Decides on an operation of which `states` speak, in the order of the plan. All delays add up;
 * the shortest length wins; the first effect that ends the operation wins, and those after it
 * count as preempted.
 *
 * @param length - bytes that a read or write asks for
 */
export function decide(states: readonly RuleState[], length: number | undefined): Decision {
  const decision: Decision = {
    delayMs: 0,
    limit: undefined,
    ending: undefined,
    room: undefined,
    firing: [],
  };
  const due = states.filter((state) => state.isDue());
  for (const state of due) {
    const { effect } = state.rule;
    if (effect.kind === 'delay') {
      decision.delayMs += effect.ms;
      fire(state, decision);
    } else if (effect.kind === 'shorten' && decision.ending === undefined) {
      shortenTo(effect.bytes, state, { decision, length });
    } else if (decision.ending !== undefined) {
      state.preempted++;
    } else if (effect.kind === 'diskFull') {
      takeRoom(state, effect, { decision, length });
    } else if (effect.kind !== 'shorten') {
      decision.ending = { state, effect };
      fire(state, decision);
    }
  }
  return decision;
}

interface Asked {
  readonly decision: Decision;
  readonly length: number | undefined;
}

function shortenTo(bytes: number, state: RuleState, { decision, length }: Asked): void {
  decision.limit = Math.min(bytes, decision.limit ?? bytes);
  // A read of less than that is not shortened: the fault did not happen.
  if (length !== undefined && bytes < length) fire(state, decision);
}

/** A write takes room now and gives back what it didn't need; a copy only needs that some is left. */
function takeRoom(
  state: RuleState,
  effect: Extract<Effect, { kind: 'diskFull' }>,
  { decision, length }: Asked,
): void {
  const isCopy = length === undefined;
  const wanted = isCopy ? 0 : Math.min(length, decision.limit ?? length);
  if (state.roomBytes === 0 && (isCopy || wanted > 0)) {
    decision.ending = { state, effect };
    fire(state, decision);
    return;
  }
  const bytes = Math.min(wanted, state.roomBytes);
  if (bytes < wanted) {
    decision.limit = bytes;
    fire(state, decision);
  }
  state.roomBytes -= bytes;
  decision.room = { state, bytes };
}

function fire(state: RuleState, decision: Decision): void {
  state.fired++;
  decision.firing.push(state);
}
