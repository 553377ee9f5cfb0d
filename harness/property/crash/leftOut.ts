import type { CrashBound, StateBound } from '../../faults/durability/bound.js';
import type { Tally } from './explore.js';

/** What a bound leaves out, in words. */
export function leftOut(bound: CrashBound, tally: Tally): string {
  const parts = [
    tally.isCutShort
      ? `the visit ended after ${bound.states} distinct states: what came later was not looked at`
      : undefined,
    `with more than ${bound.exhaustive} unsynced effects before a crash, ${subsetsText(bound)}`,
    `two writes torn by one crash, and tears elsewhere than at the ${bound.cuts} places per write at multiples of ${bound.tornAt.join(', ')} bytes`,
    `with more than ${bound.exhaustiveTorn} unsynced effects, a tear beside several lost and several kept ones, and with more than ${bound.exhaustive} beside any mixture`,
    bound.recoveryCrashes === 0
      ? 'crashes inside recovery'
      : `more than ${bound.recoveryCrashes} ${bound.recoveryCrashes === 1 ? 'crash' : 'crashes'} in a row inside recovery; there, with more than ${bound.recovery.exhaustive} unsynced effects, ${subsetsText(bound.recovery)}`,
    'times and numbers of inodes, permissions lost in a crash, and damage to what was durable',
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}

function subsetsText(bound: StateBound): string {
  return `sets that lose more than ${bound.few} and keep more than ${bound.few}, but for those that lose all from some effect on and ${bound.samples} random ones per point`;
}
