import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../../../src/index.js';
import type { Peers } from '../peers.js';
import type { Contestant } from '../race.js';
import { createFloor } from './floor.js';
import { createLevel, createLmdb } from './keyValue.js';
import { createSqlite } from './sqlite.js';
import { createStore, fillStore } from './store.js';

/** On disk and in the tables of all who write. */
export const writtenJobs = 4096;

/** Who may take part where durable commits are compared. */
export const writerNames = [
  'floor',
  'store',
  'node:sqlite',
  'node:sqlite, each',
  'node:sqlite, reading',
  'better-sqlite3',
  'lmdb',
  'lmdb, each',
  'classic-level',
] as const;

export type WriterName = (typeof writerNames)[number];

/**
 * Opens one who makes `records` updates durable as one unit: as one commit, or, where its name says
 * so, each by itself.
 *
 * @returns undefined for a peer that can't be had here
 */
export async function createWriter(
  name: WriterName,
  records: number,
  { folder, peers }: { readonly folder: string; readonly peers: Peers },
): Promise<Contestant | undefined> {
  const own = join(folder, name.replace(/\W+/g, '-'));
  mkdirSync(own);
  const at = { path: join(own, 'data'), jobs: writtenJobs, records };
  const sqlite = { ...at, name, transaction: 'one', reads: false } as const;
  switch (name) {
    case 'floor':
      return createFloor(at.path, records);
    case 'store': {
      const store = await openStore(at.path);
      await fillStore(store, 0, writtenJobs, () => true);
      return createStore(store, writtenJobs, records);
    }
    case 'node:sqlite':
    case 'node:sqlite, each':
    case 'node:sqlite, reading': {
      const { nodeSqlite: Database } = peers;
      const transaction = name === 'node:sqlite, each' ? 'each' : 'one';
      const reads = name === 'node:sqlite, reading';
      return Database && createSqlite({ ...sqlite, Database, transaction, reads });
    }
    case 'better-sqlite3': {
      const { betterSqlite: Database } = peers;
      return Database && createSqlite({ ...sqlite, Database });
    }
    case 'lmdb':
    case 'lmdb, each':
      return peers.lmdb && createLmdb(peers.lmdb, at, name === 'lmdb' ? 'one' : 'each');
    case 'classic-level':
      return peers.level && createLevel(peers.level, at);
  }
}
