import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type WriterName, writerNames } from '../contestants/writer.js';
import { type ScenarioFigures, spreadOf, type Target } from '../figures.js';
import type { Peers } from '../peers.js';
import { countSyncs, syncCalls } from '../strace.js';
import { type BenchWorld, inFolder, type Scenario } from '../world.js';

const commits = 100;

/** Whether everybody whose commits are compared reaches the disk as often as the others. */
export const syncsScenario: Scenario = {
  name: 'syncs',
  run: (world) => inFolder(world, 'syncs', async (folder) => measure(world, folder)),
};

function measure(world: BenchWorld, folder: string): ScenarioFigures {
  const title = `syncs of ${commits} commits, counted by strace`;
  const base = { name: 'syncs', title, unit: 'syncs per commit', rows: [] };
  if (spawnSync('strace', ['-V']).status !== 0) {
    return { ...base, targets: [], notes: ['skipped, there is no strace here'] };
  }
  const targets = writerNames.flatMap((name) => {
    // Each its own transaction is what a single commit is, and reads add no sync.
    if (name.startsWith('node:sqlite, ') || !isHere(name, world.peers)) return [];
    const counts = name === 'store' ? [1, 64] : [name === 'lmdb, each' ? 64 : 1];
    return counts.map((records) => perCommit(name, records, world, folder));
  });
  return { ...base, targets, notes: [`counted are ${syncCalls.join(', ')}`] };
}

function perCommit(name: WriterName, records: number, world: BenchWorld, folder: string): Target {
  // What opening and closing take is the same with and without commits.
  const [none, all] = [0, commits].map((count) => syncsOf(name, records, count, world, folder));
  const value = spreadOf([(all! - none!) / commits]);
  const what = records === 1 ? name : `${name}, ${records} writers`;
  return { what, value, unit: 'per commit', atLeast: 1 };
}

function syncsOf(
  name: WriterName,
  records: number,
  count: number,
  { peersFolder }: BenchWorld,
  folder: string,
): number {
  const own = join(folder, `${name.replace(/\W+/g, '-')}-${records}-${count}`);
  mkdirSync(own);
  const summary = join(own, 'summary');
  const script = fileURLToPath(new URL('../children/commits.js', import.meta.url));
  const task = { folder: own, peers: peersFolder, name, records, commits: count };
  const watch = ['-f', '-c', '-o', summary, '-e', `trace=${syncCalls.join(',')}`];
  const words = [...watch, process.execPath, ...process.execArgv, script, JSON.stringify(task)];
  const ran = spawnSync('strace', words, { stdio: ['ignore', 2, 2] });
  if (ran.status !== 0) throw new Error(`${name} under strace ended with ${ran.status}`);
  return countSyncs(readFileSync(summary, 'utf8'));
}

function isHere(name: WriterName, peers: Peers): boolean {
  const needs: Partial<Record<WriterName, unknown>> = {
    floor: true,
    store: true,
    'node:sqlite': peers.nodeSqlite,
    'better-sqlite3': peers.betterSqlite,
    lmdb: peers.lmdb,
    'lmdb, each': peers.lmdb,
    'classic-level': peers.level,
  };
  return needs[name] !== undefined;
}
