import { FlakehoundError } from '../../../src/index.js';
import {
  type CrashStates,
  type Fates,
  kept,
  lost,
  type Part,
} from '../../faults/durability/crashStates.js';
import type { Tear } from '../../faults/durability/tears.js';
import type { Crash } from './explore.js';

/** One crash as data: paste it as part of `only` to look at that state again. */
export interface CrashCase {
  /** The crash falls before the effect of that index, counted from 0. */
  readonly at: number;
  /** Effects that are gone. */
  readonly lost?: readonly number[];
  /** Writes that arrived in part. */
  readonly torn?: readonly ({ readonly effect: number } & Tear)[];
  /** Renames between directories that left the old name, too. */
  readonly bothNames?: readonly number[];
}

/** A crash as data. */
export function caseOf(crash: Crash): CrashCase {
  const lostOnes: number[] = [];
  const torn: ({ effect: number } & Tear)[] = [];
  const bothNames: number[] = [];
  crash.fates.forEach((fate, effect) => {
    if (fate === lost) lostOnes.push(effect);
    const part = crash.states.partOf(effect, fate);
    if (part?.kind === 'torn') torn.push({ effect, ...part.tear });
    if (part?.kind === 'newNameOnly') bothNames.push(effect);
  });
  return {
    at: crash.point,
    ...(lostOnes.length > 0 ? { lost: lostOnes } : undefined),
    ...(torn.length > 0 ? { torn } : undefined),
    ...(bothNames.length > 0 ? { bothNames } : undefined),
  };
}

/**
 * The fates that a case tells of.
 *
 * @throws FlakehoundError `CRASH_OPTION` when the recording has no such state
 */
export function fatesOf(given: CrashCase, states: CrashStates): Fates {
  const fates = new Uint8Array(given.at).fill(kept);
  const parts: [number, Part][] = [
    ...(given.torn ?? []).map(({ effect, ...tear }): [number, Part] => [
      effect,
      { kind: 'torn', tear: { kept: tear.kept, cut: tear.cut, rest: tear.rest } },
    ]),
    ...(given.bothNames ?? []).map((effect): [number, Part] => [effect, { kind: 'newNameOnly' }]),
  ];
  for (const effect of given.lost ?? []) fates[effect] = lost;
  for (const [effect, part] of parts) fates[effect] = states.fateOf(effect, part) ?? lost;
  const named = [...(given.lost ?? []), ...parts.map(([effect]) => effect)];
  const isKnown =
    named.every((effect) => effect < given.at) &&
    parts.every(([effect, part]) => states.fateOf(effect, part) !== undefined);
  if (!isKnown || !states.isLegal(given.at, fates)) {
    throw new FlakehoundError(
      'CRASH_OPTION',
      `no crash of this workload leaves the state ${codeOf([given])}`,
      {
        hint: 'the workload or the bound has changed since it was printed: drop `only` to search anew',
      },
    );
  }
  return fates;
}

/** Cases as code to paste. */
export function codeOf(cases: readonly CrashCase[]): string {
  return JSON.stringify(cases)
    .replace(/"(\w+)":/g, '$1: ')
    .replace(/"/g, "'")
    .replace(/,(?=\S)/g, ', ');
}
