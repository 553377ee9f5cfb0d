import type { Mark } from '../../faults/durability/effects.js';
import type { Recording } from '../../faults/durability/recording.js';

/** What a workload told before a point of its recording. */
export function marksBefore(recording: Recording, point: number): Mark[] {
  return recording.effects
    .slice(0, point)
    .flatMap((effect) => (effect.kind === 'mark' ? [effect.mark] : []));
}
