import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ScenarioFigures } from './figures.js';
import type { Peers } from './peers.js';
import type { RaceOptions } from './race.js';

/** What every scenario is given. */
export interface BenchWorld {
  /** On the disk that is measured. */
  readonly dir: string;
  readonly peers: Peers;
  readonly peersFolder: string;
  /** Instead of each scenario's own count. */
  readonly rounds: number | undefined;
  readonly chance: () => number;
  readonly now: () => number;
  /** Says how far it has come. */
  readonly say: (words: string) => void;
}

/** One thing to measure. */
export interface Scenario {
  readonly name: string;
  readonly run: (world: BenchWorld) => Promise<ScenarioFigures>;
}

/** An empty folder on the disk that is measured, and its end. */
export async function inFolder<T>(
  { dir }: Pick<BenchWorld, 'dir'>,
  name: string,
  action: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = join(dir, `${name}-${process.pid}`);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // An interrupted benchmark leaves nothing behind either.
  process.once('exit', remove);
  try {
    return await action(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** What a race takes from the world, with the scenario's own counts. */
export const raceIn = (
  { rounds, chance, now }: BenchWorld,
  own: { readonly rounds: number; readonly units: number; readonly warmUps: number },
): RaceOptions => ({ chance, now, ...own, rounds: rounds ?? own.rounds });
