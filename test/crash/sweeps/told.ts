import { expect } from 'vitest';
import { FlakehoundError } from '../../../src/errors.js';
import type { JobStore } from '../../../src/jobs/jobStore.js';

/** What the caller of one write was told. */
export type Outcome = 'acknowledged' | 'absent' | 'unknown';

/** What was told of what, in the order of the calls. */
export class Told {
  readonly outcomes = new Map<string, Outcome>();
  /** Why reads failed, by their errors' codes. */
  readonly failedReads: string[] = [];

  of(what: string): Outcome | undefined {
    return this.outcomes.get(what);
  }

  /** Makes a write and notes how it ended; anything but an error of the store is passed on. */
  async write<T>(what: string, act: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await act();
      this.outcomes.set(what, 'acknowledged');
      return result;
    } catch (error) {
      expectTyped(error);
      const isUnknown = error.code === 'STORE_OUTCOME_UNKNOWN';
      this.outcomes.set(what, isUnknown ? 'unknown' : 'absent');
      return undefined;
    }
  }

  /** Makes a read, which a store that is open owes whatever became of its log. */
  async read<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      expectTyped(error);
      this.failedReads.push(error.code);
      return undefined;
    }
  }
}

/** Every error of a store has a code and says what to do. */
export function expectTyped(error: unknown): asserts error is FlakehoundError {
  if (!(error instanceof FlakehoundError)) throw error;
  expect(error.hint, error.message).toBeTruthy();
}

/** That a job is there if that was acknowledged, and isn't if that was rejected. */
export async function expectJob(store: JobStore, id: string, told: Outcome | undefined) {
  const job = await store.get(id);
  if (told === 'acknowledged') expect(job, `job ${id} was acknowledged`).toBeDefined();
  if (told === 'absent' || told === undefined) {
    expect(job, `job ${id} was rejected`).toBeUndefined();
  }
}

/**
 * What a value may be after writes that each set it: what the last acknowledged one did, or any
 * unknown one after that; rejected ones never.
 */
export function possible<T>(
  before: T,
  writes: readonly (readonly [Outcome | undefined, T])[],
): readonly T[] {
  let values: T[] = [before];
  for (const [outcome, value] of writes) {
    if (outcome === 'acknowledged') values = [value];
    else if (outcome === 'unknown') values.push(value);
  }
  return values;
}
