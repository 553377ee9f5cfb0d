import { expect, test } from 'vitest';
import { type Exploration, everySchedule, type Move } from './everySchedule.js';
import type { SteppedWorld, WorldStart } from './steppedWorld.js';

const starts: Readonly<Record<string, Omit<WorldStart, 'contenders'>>> = {
  'a new store': { manifest: 0, locks: {} },
  'a released store': { manifest: 5, locks: { 5: 'released' } },
  'an owner that died': { manifest: 5, locks: { 5: 'dead' } },
  'two that died before their manifest': {
    manifest: 5,
    locks: { 5: 'dead', 6: 'dead', 7: 'dead' },
  },
  'a lock left over from a withdrawn claim': { manifest: 5, locks: { 3: 'dead', 5: 'dead' } },
  'a lock removed by hand': { manifest: 5, locks: {} },
};

const told = (moves: readonly Move[]): string =>
  moves.map(({ kind, pid }) => (kind === 'kill' ? `kill ${pid}` : pid)).join(' ');

/** Whoever judges rightly never fences off a live owner, and nobody acknowledges after a later epoch. */
function checkWorld(world: SteppedWorld, moves: readonly Move[]): void {
  checkFences(world, moves);
  if (world.displaced.length > 0) {
    expect.fail(`the live owner ${world.displaced} was displaced after ${told(moves)}`);
  }
}

function checkFences(world: SteppedWorld, moves: readonly Move[]): void {
  if (world.unfenced.length > 1) {
    expect.fail(`owners ${world.unfenced} at once after ${told(moves)}`);
  }
  const { acknowledged } = world;
  const last = acknowledged.at(-1) ?? 0;
  if ((acknowledged.at(-2) ?? 0) > last) {
    expect.fail(`epoch ${last} acknowledged after ${acknowledged.at(-2)}: ${told(moves)}`);
  }
}

const explore = (start: WorldStart, how: Partial<Exploration> = {}): Promise<number> =>
  everySchedule({ start, kills: 0, switches: Number.POSITIVE_INFINITY, check: checkWorld, ...how });

test.each(Object.entries(starts))('two contenders, every schedule: %s', async (_, start) => {
  let acknowledged = 0;
  const worlds = await explore(
    { ...start, contenders: 2 },
    {
      checkEnd(world, moves) {
        acknowledged = Math.max(acknowledged, world.acknowledged.length);
        if (world.acknowledged.length === 0) expect.fail(`nobody became owner: ${told(moves)}`);
      },
    },
  );
  expect(worlds).toBeGreaterThan(100);
  // Both may become owners, one after the other.
  expect(acknowledged).toBe(2);
});

test.each(Object.entries(starts))('two contenders, one dies anywhere: %s', async (_, start) => {
  await explore({ ...start, contenders: 2 }, { kills: 1 });
});

test('a contender taken for dead while it runs never shares the fence', async () => {
  await explore(
    { ...starts['an owner that died']!, contenders: 2, misjudged: [1, 2] },
    { check: checkFences },
  );
});

// A contender that is overtaken by two whole reigns needs three, and a single switch.
test.each(Object.entries(starts))('three contenders, up to two switches: %s', async (_, start) => {
  await explore({ ...start, contenders: 3 }, { switches: 2 });
});

test('three contenders, one of which dies, up to one switch', async () => {
  await explore({ ...starts['an owner that died']!, contenders: 3 }, { switches: 1, kills: 1 });
});
