import { type ConditionName, conditionNames } from '../events.js';

/** One value for each condition that was met, made at first sight, listed in the conditions' order. */
export class ConditionMap<T> {
  readonly #values = new Map<ConditionName, T>();
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  at(condition: ConditionName): T {
    const known = this.#values.get(condition);
    if (known !== undefined) return known;
    const made = this.#make();
    this.#values.set(condition, made);
    return made;
  }

  entries(): { readonly condition: ConditionName; readonly value: T }[] {
    const entries = [];
    for (const condition of conditionNames) {
      const value = this.#values.get(condition);
      if (value !== undefined) entries.push({ condition, value });
    }
    return entries;
  }
}
