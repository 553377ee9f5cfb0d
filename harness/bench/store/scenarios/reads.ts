import { join } from 'node:path';
import type { JobStore } from '../../../../src/index.js';
import { openStore } from '../../../../src/index.js';
import { openSqlite } from '../contestants/sqlite.js';
import { fillStore } from '../contestants/store.js';
import { fasterThan, type ScenarioFigures, spreadOf } from '../figures.js';
import type { SqliteClass } from '../peerTypes.js';
import { type Contestant, race } from '../race.js';
import { type BenchJob, dataOf, jobId, recordOf } from '../record.js';
import { type BenchWorld, inFolder, raceIn, type Scenario } from '../world.js';

const jobs = 100_000;
/** Gets go to so many of the jobs, again and again. */
const hot = 1000;
const isActive = (n: number): boolean => n % 5 === 0;
const listed = jobs / 5;

/** What one who answers reads has to offer. */
interface Reader {
  readonly name: string;
  /** One after the other; a caller of the store awaits each, one of SQLite has nothing to wait for. */
  getAll(ids: readonly string[]): Promise<void> | void;
  list(): Promise<readonly unknown[]> | readonly unknown[];
  /** Changes one job, so that no answer can be kept from one list to the next. */
  change(n: number): Promise<void> | void;
  close(): Promise<void> | void;
}

/** Reads of jobs that have been read before, against SQLite with all of its pages in memory. */
export const readScenarios: readonly Scenario[] = [
  { name: 'get', run: (world) => inFolder(world, 'get', (folder) => gets(world, folder)) },
  { name: 'list', run: (world) => inFolder(world, 'list', (folder) => lists(world, folder)) },
];

async function gets(world: BenchWorld, folder: string): Promise<ScenarioFigures> {
  const ids = Array.from({ length: 1 << 14 }, () => jobId(Math.floor(world.chance() * hot)));
  const contestant = (reader: Reader): Contestant => ({
    name: reader.name,
    turn: () => reader.getAll(ids),
    close: () => reader.close(),
  });
  const readers = await openReaders(world, folder);
  const options = raceIn(world, { rounds: 31, units: ids.length, warmUps: 3 });
  const times = await race(readers.map(contestant), options);
  const { targets, notes } = fasterThan(times, 'node:sqlite', 20);
  return {
    name: 'get',
    title: `get by id, ${hot} of ${jobs} jobs again and again`,
    unit: 'µs per get',
    rows: times.map(({ name, rounds }) => ({ name, value: spreadOf(rounds) })),
    targets,
    notes: [...notes, 'the peers parse the JSON of the job that they found'],
  };
}

async function lists(world: BenchWorld, folder: string): Promise<ScenarioFigures> {
  const contestant = (reader: Reader): Contestant => {
    let n = 0;
    return {
      name: reader.name,
      before() {
        n = (n + 1) % jobs;
        return reader.change(n);
      },
      async turn(units) {
        for (let unit = 0; unit < units; unit++) {
          const found = await reader.list();
          if (found.length !== listed) throw new Error(`${reader.name} lists ${found.length} jobs`);
        }
      },
      close: () => reader.close(),
    };
  };
  const readers = await openReaders(world, folder);
  const options = raceIn(world, { rounds: 31, units: 1, warmUps: 5 });
  const times = await race(readers.map(contestant), options);
  const { targets, notes } = fasterThan(times, 'node:sqlite', 300);
  return {
    name: 'list',
    title: `list ${listed} of ${jobs} jobs by status, after a change of one job`,
    unit: 'µs per list',
    rows: times.map(({ name, rounds }) => ({ name, value: spreadOf(rounds) })),
    targets,
    notes: [
      ...notes,
      'the store copies the list for its next answer between two, outside the time',
    ],
  };
}

async function openReaders({ peers }: BenchWorld, folder: string): Promise<readonly Reader[]> {
  const store = await openStore(join(folder, 'store'));
  await fillStore(store, 0, jobs, isActive);
  await store.checkpoint();
  const readers = [storeReader(store)];
  const { nodeSqlite, betterSqlite } = peers;
  if (nodeSqlite) readers.push(sqliteReader('node:sqlite', nodeSqlite, join(folder, 'node')));
  if (betterSqlite) {
    readers.push(sqliteReader('better-sqlite3', betterSqlite, join(folder, 'better')));
  }
  return readers;
}

const storeReader = (store: JobStore): Reader => ({
  name: 'store',
  async getAll(ids) {
    for (const id of ids) if ((await store.get(id)) === undefined) throw new Error(`no ${id}`);
  },
  list: () => store.list({ status: 'active' }),
  change: async (n) => void (await store.update(jobId(n), { data: dataOf(n, 2) })),
  close: () => store.close(),
});

function sqliteReader(name: string, Database: SqliteClass, path: string): Reader {
  const statusOf = (n: number): string => (isActive(n) ? 'active' : 'queued');
  const database = openSqlite(Database, path, jobs, statusOf);
  const one = database.prepare('SELECT body FROM jobs WHERE id = ?');
  const some = database.prepare('SELECT body FROM jobs WHERE status = ?');
  const update = database.prepare('UPDATE jobs SET body = ? WHERE id = ?');
  const jobOf = (row: unknown): BenchJob => JSON.parse((row as { body: string }).body) as BenchJob;
  return {
    name,
    getAll(ids) {
      for (const id of ids) if (jobOf(one.get(id)).id !== id) throw new Error(`no ${id}`);
    },
    list: () => some.all('active').map(jobOf),
    change: (n) => void update.run(JSON.stringify(recordOf(n, 2, statusOf(n))), jobId(n)),
    close: () => database.close(),
  };
}
