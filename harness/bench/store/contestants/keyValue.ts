import type { LevelModule, LmdbModule } from '../peerTypes.js';
import type { Contestant } from '../race.js';
import { recordOf } from '../record.js';

export interface KeyValueContestant {
  readonly path: string;
  readonly jobs: number;
  /** Made durable by one commit. */
  readonly records: number;
}

/**
 * LMDB, synced before anybody is answered: by one transaction per unit, which is the fastest that it
 * offers, or by writers that each wait for their own put, which it gathers into transactions.
 */
export function createLmdb(
  { open }: LmdbModule,
  { path, jobs, records }: KeyValueContestant,
  transaction: 'one' | 'each',
): Contestant {
  // With overlapping syncs a transaction would return before its pages are durable.
  const database = open({ path, encoding: 'string', overlappingSync: false });
  let version = 1;
  const put = (n: number): Promise<boolean> => {
    const record = recordOf(n, ++version);
    return database.put(record.id, JSON.stringify(record));
  };
  database.transactionSync(() => {
    for (let n = 0; n < jobs; n++) put(n);
  });
  const write = async (writer: number, units: number): Promise<void> => {
    for (let unit = 0; unit < units; unit++) await put((writer + unit * records) % jobs);
  };
  let n = 0;
  const putAll = (): void => {
    for (let k = 0; k < records; k++, n = (n + 1) % jobs) put(n);
  };
  return {
    name: transaction === 'one' ? 'lmdb' : 'lmdb, each',
    async turn(units) {
      if (transaction === 'one') {
        for (let unit = 0; unit < units; unit++) database.transactionSync(putAll);
      } else {
        await Promise.all(Array.from({ length: records }, (_, writer) => write(writer, units)));
      }
    },
    close: () => database.close(),
  };
}

/** LevelDB: one synced batch per unit. */
export async function createLevel(
  { ClassicLevel }: LevelModule,
  { path, jobs, records }: KeyValueContestant,
): Promise<Contestant> {
  const database = new ClassicLevel(path);
  await database.open();
  let n = 0;
  let version = 1;
  const step = () => {
    const record = recordOf(n, ++version);
    n = (n + 1) % jobs;
    return { type: 'put', key: record.id, value: JSON.stringify(record) } as const;
  };
  const write = (count: number): Promise<void> =>
    database.batch(Array.from({ length: count }, step), { sync: true });
  await write(jobs);
  return {
    name: 'classic-level',
    async turn(units) {
      for (let unit = 0; unit < units; unit++) await write(records);
    },
    close: () => database.close(),
  };
}
