import { type Exploration, everySchedule, type Move } from './everySchedule.js';
import type { SteppedWorld, WorldStart } from './steppedWorld.js';

/** What contenders may find. */
export const starts = {
  'a new store': { manifest: 0, locks: {} },
  'a released store': { manifest: 5, locks: { 5: 'released' } },
  'an owner that died': { manifest: 5, locks: { 5: 'dead' } },
  'two that died before their manifest': {
    manifest: 5,
    locks: { 5: 'dead', 6: 'dead', 7: 'dead' },
  },
  'a lock left over from a withdrawn claim': { manifest: 5, locks: { 3: 'dead', 5: 'dead' } },
  'a lock removed by hand': { manifest: 5, locks: {} },
} as const satisfies Readonly<Record<string, Omit<WorldStart, 'contenders'>>>;

/** A schedule in words. */
export const told = (moves: readonly Move[]): string =>
  moves.map(({ kind, pid }) => (kind === 'kill' ? `kill ${pid}` : pid)).join(' ');

/** Whoever judges rightly never fences off a live owner, and nobody acknowledges after a later epoch. */
export function checkWorld(world: SteppedWorld, moves: readonly Move[]): void {
  checkFences(world, moves);
  if (world.displaced.length > 0) {
    throw new Error(`the live owner ${world.displaced} was displaced after ${told(moves)}`);
  }
}

function checkFences(world: SteppedWorld, moves: readonly Move[]): void {
  if (world.unfenced.length > 1) {
    throw new Error(`owners ${world.unfenced} at once after ${told(moves)}`);
  }
  const { acknowledged } = world;
  const last = acknowledged.at(-1) ?? 0;
  if ((acknowledged.at(-2) ?? 0) > last) {
    throw new Error(`epoch ${last} acknowledged after ${acknowledged.at(-2)}: ${told(moves)}`);
  }
}

const explore = (start: WorldStart, how: Partial<Exploration>): Promise<number> =>
  everySchedule({ start, kills: 0, switches: Number.POSITIVE_INFINITY, check: checkWorld, ...how });

/** Two contenders in any order; each schedule must end with an owner. */
export async function twoContenders(start: (typeof starts)[keyof typeof starts]) {
  let acknowledged = 0;
  const checkEnd = (world: SteppedWorld, moves: readonly Move[]): void => {
    acknowledged = Math.max(acknowledged, world.acknowledged.length);
    if (world.acknowledged.length === 0) throw new Error(`nobody became owner: ${told(moves)}`);
  };
  const worlds = await explore({ ...start, contenders: 2 }, { checkEnd });
  return { worlds, acknowledged };
}

/** As above, and one of the two dies anywhere. */
export const oneOfTwoDies = (
  start: (typeof starts)[keyof typeof starts],
  switches?: number,
): Promise<number> =>
  explore(
    { ...start, contenders: 2 },
    { kills: 1, ...(switches === undefined ? {} : { switches }) },
  );

/** Each takes the other for dead while it runs: they share no fence. */
export const takenForDead = (switches?: number): Promise<number> =>
  explore(
    { ...starts['an owner that died'], contenders: 2, misjudged: [1, 2] },
    { check: checkFences, ...(switches === undefined ? {} : { switches }) },
  );

/** A contender that is overtaken by two whole reigns needs three, and a single switch. */
export const threeContenders = (
  start: (typeof starts)[keyof typeof starts],
  switches: number,
  kills = 0,
): Promise<number> => explore({ ...start, contenders: 3 }, { switches, kills });
