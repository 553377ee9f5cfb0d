import { join } from 'node:path';
import { createRewrite } from '../contestants/rewrite.js';
import { createWriter, type WriterName, writerNames } from '../contestants/writer.js';
import { fasterThan, type ScenarioFigures, spreadOf } from '../figures.js';
import { type Contestant, race } from '../race.js';
import { type BenchWorld, inFolder, raceIn, type Scenario } from '../world.js';

interface Commits {
  readonly name: string;
  readonly title: string;
  /** Records of one unit: those of the floor's one sync, and as many writers of the store. */
  readonly records: number;
  readonly rounds: number;
  readonly units: number;
  readonly who: readonly WriterName[];
  /** How many times faster than whom the store must be. */
  readonly targets: readonly (readonly [peer: string, atLeast: number])[];
  readonly more?: (folder: string) => Contestant;
}

const commits: readonly Commits[] = [
  {
    name: 'single',
    title: 'one durable update of one job, awaited',
    records: 1,
    rounds: 61,
    units: 40,
    who: writerNames.filter((name) => !name.includes(', ')),
    targets: [
      ['floor', 0.9],
      ['node:sqlite', 1],
      ['better-sqlite3', 1],
    ],
  },
  {
    name: 'writers64',
    title: '64 writers, each waiting for its own update',
    records: 64,
    rounds: 31,
    units: 20,
    who: writerNames.filter((name) => name !== 'node:sqlite, reading'),
    targets: [
      ['floor', 0.75],
      ['node:sqlite, each', 35],
    ],
  },
  {
    name: 'writers512',
    title: '512 writers, each waiting for its own update',
    records: 512,
    rounds: 31,
    units: 20,
    who: writerNames.filter((name) => name !== 'node:sqlite, each'),
    targets: [
      ['node:sqlite', 2.2],
      ['lmdb', 2.7],
      ['lmdb, each', 2.7],
    ],
  },
  {
    name: 'rewrite',
    title: 'one saved job against the whole file of 1,000',
    records: 1,
    rounds: 41,
    units: 10,
    who: ['floor', 'store'],
    targets: [['file of 1000 jobs', 10]],
    more: (folder) => createRewrite(join(folder, 'all.json'), 1000),
  },
];

/** Durable commits: the store against the disk itself and against other stores. */
export const commitScenarios: readonly Scenario[] = commits.map((what) => ({
  name: what.name,
  run: (world) => inFolder(world, what.name, (folder) => measure(what, world, folder)),
}));

async function measure(what: Commits, world: BenchWorld, folder: string): Promise<ScenarioFigures> {
  const contestants: Contestant[] = what.more ? [what.more(folder)] : [];
  for (const name of what.who) {
    const one = await createWriter(name, what.records, { folder, peers: world.peers });
    if (one) contestants.push(one);
  }
  const { rounds, units } = what;
  const times = await race(contestants, raceIn(world, { rounds, units, warmUps: 5 }));
  const asked = what.targets.map(([peer, atLeast]) => fasterThan(times, peer, atLeast));
  return {
    name: what.name,
    title: what.title,
    unit: what.records === 1 ? 'µs per commit' : `µs per ${what.records} records`,
    rows: times.map(({ name, rounds }) => ({ name, value: spreadOf(rounds) })),
    targets: asked.flatMap(({ targets }) => targets),
    notes: asked.flatMap(({ notes }) => notes),
  };
}
