import type { Sqlite, SqliteClass } from '../peerTypes.js';
import type { Contestant } from '../race.js';
import { type BenchJob, jobId, recordOf } from '../record.js';

/**
 * Opens a database of jobs whose commits are durable: WAL, `synchronous = FULL`. The table has no
 * rowid, so that an update by id walks one tree; there is memory for all of it.
 */
export function openSqlite(
  Database: SqliteClass,
  path: string,
  jobs: number,
  statusOf: (n: number) => string = () => 'active',
): Sqlite {
  const database = new Database(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536');
  database.exec(
    'CREATE TABLE jobs (id TEXT PRIMARY KEY, status TEXT, version INTEGER, body TEXT) WITHOUT ROWID',
  );
  database.exec('CREATE INDEX by_status ON jobs (status)');
  const insert = database.prepare('INSERT INTO jobs VALUES (?, ?, ?, ?)');
  database.exec('BEGIN');
  for (let n = 0; n < jobs; n++) {
    const status = statusOf(n);
    insert.run(jobId(n), status, 1, JSON.stringify(recordOf(n, 1, status)));
  }
  database.exec('COMMIT');
  return database;
}

export interface SqliteContestant {
  readonly name: string;
  readonly Database: SqliteClass;
  readonly path: string;
  /** In the table. */
  readonly jobs: number;
  /** Updated in one unit of the race. */
  readonly records: number;
  /** One transaction for all of a unit's records, or one for each. */
  readonly transaction: 'one' | 'each';
  /** Reads each job first, as an update of one member must, instead of writing it whole. */
  readonly reads: boolean;
}

/** Updates leave the status alone, so its index costs nothing here. */
export function createSqlite(options: SqliteContestant): Contestant {
  const { name, Database, path, jobs, records, transaction, reads } = options;
  const database = openSqlite(Database, path, jobs);
  const update = database.prepare('UPDATE jobs SET version = ?, body = ? WHERE id = ?');
  const select = database.prepare('SELECT body FROM jobs WHERE id = ?');
  const begin = database.prepare('BEGIN');
  const commit = database.prepare('COMMIT');
  let n = 0;
  let version = 1;
  const next = (): BenchJob => {
    const whole = recordOf(n, ++version);
    if (!reads) return whole;
    const { body } = select.get(whole.id) as { readonly body: string };
    const job = JSON.parse(body) as BenchJob;
    const { updatedAt, data } = whole;
    return { ...job, progress: 0.25, version: job.version + 1, updatedAt, data };
  };
  const updateNext = (): void => {
    const record = next();
    update.run(record.version, JSON.stringify(record), record.id);
    n = (n + 1) % jobs;
  };
  const turn = (units: number): void => {
    for (let unit = 0; unit < units; unit++) {
      // A statement outside a transaction is one by itself.
      if (transaction === 'one' && records > 1) begin.run();
      for (let k = 0; k < records; k++) updateNext();
      if (transaction === 'one' && records > 1) commit.run();
    }
  };
  return { name, turn, close: () => database.close() };
}
