import { cp, lstat, rm } from 'node:fs/promises';
import { askChild } from '../store/children/child.js';
import { type Spread, spreadOf, type Target } from '../store/figures.js';
import type { Look, Question } from './children/look.js';

/** One question, put to one keeper of hunts. */
export interface Asking {
  readonly name: string;
  readonly of: { readonly root: string } | { readonly folder: string };
  readonly question: Question;
}

/** What its rounds found. */
export interface Asked {
  readonly name: string;
  readonly ms: readonly number[];
  readonly cpuMs: readonly number[];
  readonly peakMb: readonly number[];
}

interface Rounds extends Asked {
  readonly ms: number[];
  readonly cpuMs: number[];
  readonly peakMb: number[];
}

/**
 * Puts the questions in turns, each to a process of its own, beginning with another one each round:
 * whatever drifts on the machine meets all alike.
 */
export async function askInTurns(
  askings: readonly Asking[],
  rounds: number,
): Promise<ReadonlyMap<string, Asked>> {
  const asked = new Map(
    askings.map(({ name }) => [name, { name, ms: [], cpuMs: [], peakMb: [] } as Rounds]),
  );
  // A round that doesn't count brings the files into the page cache.
  for (let round = -1; round < rounds; round++) {
    for (let at = 0; at < askings.length; at++) {
      const asking = askings[(at + round + 1) % askings.length]!;
      const look = await ask(asking);
      if (round < 0) continue;
      const rounds = asked.get(asking.name);
      rounds?.ms.push(look.ms);
      rounds?.cpuMs.push(look.cpuMs);
      rounds?.peakMb.push(look.peakMb);
    }
  }
  return asked;
}

async function ask({ of, question }: Asking): Promise<Look> {
  if ('folder' in of) {
    return await askChild<Look>('../../history/children/lookAtFiles', { ...of, question });
  }
  if (question.what !== 'begin') {
    return await askChild<Look>('../../history/children/look', { ...of, question });
  }
  // A hunt that begins writes, and the next round is to find what this one found.
  const root = `${of.root}-begin`;
  await copyRoot(of.root, root);
  try {
    return await askChild<Look>('../../history/children/look', { root, question });
  } finally {
    await rm(root, { recursive: true });
  }
}

/** Copies a root with its store, but for the socket that a killed process leaves behind. */
export async function copyRoot(from: string, to: string): Promise<void> {
  const filter = async (path: string): Promise<boolean> => !(await lstat(path)).isSocket();
  await cp(from, to, { recursive: true, filter });
}

/** The row of a table of processor times. */
export const rowOf = ({
  name,
  cpuMs,
}: Asked): { readonly name: string; readonly value: Spread } => ({
  name,
  value: spreadOf(cpuMs),
});

/** The target that a question be answered in so many milliseconds. */
export const within = ({ name, ms }: Asked, atMost: number): Target => ({
  what: name,
  value: spreadOf(ms),
  unit: 'ms',
  atMost,
});

/** The target that one be so many times faster than the other, each round by itself. */
export const faster = (one: Asked, other: Asked, atLeast: number): Target => ({
  what: `${other.name} / ${one.name}`,
  value: spreadOf(one.ms.map((ms, round) => (other.ms[round] ?? Number.NaN) / ms)),
  unit: 'x',
  atLeast,
});
