import { kept } from '../../faults/durability/crashStates.js';
import type { Recording } from '../../faults/durability/recording.js';
import type { Crash, Failure } from './explore.js';
import { pathOfInode } from './inodePaths.js';
import type { AddedSync, Explanation } from './missingSync.js';
import { stepNumbers } from './renderScript.js';

/** Why a failure is there, in words. */
export function explanationText(explanation: Explanation, failure: Failure): string {
  const depth = failure.crashes.findLastIndex(({ fates }) => fates.some((fate) => fate !== kept));
  const crash = failure.crashes[depth];
  const where = depth > 0 ? ' of the recovery' : '';
  switch (explanation.kind) {
    case 'missingSync': {
      const { recording } = crash as Crash;
      const [first] = explanation.syncs;
      const places = explanation.syncs.map(({ after }) => stepNumbers(recording).get(after));
      const plural = places.length > 1 ? 'operations' : 'operation';
      const target = first ? targetText(recording, first) : '';
      const rest =
        explanation.cures === 'this' ? ' (the invariant breaks in other ways then, too)' : '';
      return `Missing sync: ${target} after ${plural} ${listed(places)}${where}${rest}`;
    }
    case 'tornWrite': {
      const number = crash && stepNumbers(crash.recording).get(explanation.effect);
      return `No sync can help: the write of operation ${number}${where} may arrive in part. Add a checksum, or write a new file and rename it`;
    }
    case 'order':
      return 'No sync can help: nothing was lost, a crash at that point is enough. Change the order of the operations, or make them one';
    case 'unexplained':
      return 'No single sync can help: the order of the operations, or what recovery trusts, is wrong';
  }
}

/** Operation numbers, a long row of them cut in the middle. */
function listed(places: readonly (number | undefined)[]): string {
  if (places.length <= mostPlaces) return places.join(', ');
  const first = places.slice(0, mostPlaces - 1).join(', ');
  return `${first} … ${places.at(-1)} (${places.length} in all)`;
}

const mostPlaces = 6;

function targetText(recording: Recording, { ino, after }: AddedSync): string {
  const effect = recording.effects[after];
  const kind = effect?.kind === 'entries' ? 'directory' : 'file';
  return `fsync of the ${kind} ${pathOfInode(recording, ino, after)}`;
}
