import type { Mark } from '../../faults/durability/effects.js';
import type { Told } from './world.js';

/** What the caller knew, from the marks before a crash. */
export function toldBy(marks: readonly Mark[]): {
  acknowledged: Told[];
  started: Told[];
  inFlight: Told[];
} {
  const acknowledged: Told[] = [];
  const started: Told[] = [];
  const inFlight: Told[] = [];
  for (const { says, label, value } of marks) {
    if (says === 'started') {
      started.push({ label, value });
      inFlight.push({ label, value });
      continue;
    }
    acknowledged.push({ label, value });
    const begun = inFlight.findIndex((told) => told.label === label);
    if (begun >= 0) inFlight.splice(begun, 1);
  }
  return { acknowledged, started, inFlight };
}
