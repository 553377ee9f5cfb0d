import { type Arbitrary, integer, toStringMethod } from 'fast-check';
import { FlakehoundError } from '../../../src/index.js';
import type { FaultPlan } from '../../faults/plan/faultPlan.js';

/** A fault plan that stops the world before one operation. */
export interface CrashPoint extends FaultPlan {
  /** The ordinal of the first operation that has no effect; 1-based. */
  readonly at: number;
}

/** The plan that crashes before operation `at`; what `crashPoints` prints is a call of this. */
export function crashPoint(at: number): CrashPoint {
  if (!Number.isInteger(at) || at < 1) {
    throw new FlakehoundError('PROPERTY_CONSTRAINT', `crashPoint(${at}) is before all operations`, {
      hint: 'operations count from 1',
    });
  }
  const point: CrashPoint = {
    at,
    seed: 1,
    rules: [{ on: '*', nth: at, effect: { kind: 'crash' } }],
  };
  Object.defineProperty(point, toStringMethod, { value: () => `crashPoint(${at})` });
  return point;
}

/**
 * Crash points of a workload that makes so many operations: before each of them, and after the
 * last. They shrink towards the first operation and print as `crashPoint(3)`.
 *
 * @param operations - how many the workload makes; at least 0
 */
export function crashPoints(operations: number): Arbitrary<CrashPoint> {
  if (!Number.isInteger(operations) || operations < 0) {
    throw new FlakehoundError('PROPERTY_CONSTRAINT', `crashPoints(${operations}) has no points`, {
      hint: 'give the number of operations that the workload makes, such as faults.trace.length',
    });
  }
  return integer({ min: 1, max: operations + 1 }).map(
    crashPoint,
    (point) => (point as CrashPoint).at,
  );
}
