import { join } from 'node:path';
import { type Child, startChild } from '../children/child.js';
import { createFloor } from '../contestants/floor.js';
import { type ScenarioFigures, smallestShare, spreadOf } from '../figures.js';
import { type BenchWorld, inFolder, type Scenario } from '../world.js';

const processes = 4;
const writers = 16;
const forMs = 1000;
const floorCommits = 400;

interface Written {
  readonly updates: number;
  readonly ms: number;
  readonly role: string;
}

/** Several processes on one store, against the disk in one process by itself. */
export const processesScenario: Scenario = {
  name: 'processes',
  run: (world) => inFolder(world, 'processes', (folder) => measure(world, folder)),
};

async function measure(world: BenchWorld, folder: string): Promise<ScenarioFigures> {
  const floor = createFloor(join(folder, 'floor'), 1);
  const children: Child[] = [];
  const perSecond = { floor: [] as number[], store: [] as number[] };
  const ratios: number[] = [];
  const shares: number[] = [];
  let roles: readonly string[] = [];
  try {
    for (let k = 0; k < processes; k++) {
      const own = { dir: join(folder, 'store'), first: k * 1024, jobs: 1024, writers };
      const child = startChild('writers', own);
      children.push(child);
      await child.ask({ forMs: 0 });
    }
    for (let round = -1; round < (world.rounds ?? 9); round++) {
      const from = world.now();
      await floor.turn(floorCommits);
      const floorRate = floorCommits / ((world.now() - from) / 1000);
      const written = await Promise.all(children.map((child) => child.ask<Written>({ forMs })));
      // The first round warms up.
      if (round < 0) continue;
      const rate = written.reduce((sum, { updates, ms }) => sum + updates / (ms / 1000), 0);
      perSecond.floor.push(floorRate);
      perSecond.store.push(rate);
      ratios.push(rate / floorRate);
      shares.push(smallestShare(written.map(({ updates }) => updates)));
      roles = written.map(({ role }) => role);
    }
  } finally {
    await floor.close();
    for (const child of children) await child.end();
  }
  return {
    name: 'processes',
    title: `${processes} processes x ${writers} writers on one store`,
    unit: 'updates per second',
    rows: [
      { name: 'floor, one commit each', value: spreadOf(perSecond.floor) },
      { name: 'store, all processes', value: spreadOf(perSecond.store) },
    ],
    targets: [
      { what: 'store / floor, one commit each', value: spreadOf(ratios), unit: 'x', atLeast: 8 },
      { what: 'smallest share / fair share', value: spreadOf(shares), unit: '', atLeast: 0.95 },
    ],
    notes: [`roles: ${roles.join(', ')}; each round runs for ${forMs} ms`],
  };
}
