/** `npm run bench:store`: see docs/benchmarks.md. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadLine, machineLine } from '../machine.js';
import { nodeModules, packageRoot } from '../places.js';
import { isMet, type ScenarioFigures } from './figures.js';
import { parseOptions, usage } from './options.js';
import { hasSqlite, installPeers, loadPeers, newerNode, usualPeers } from './peers.js';
import { isDurable, placeOf } from './place.js';
import { chanceFrom } from './race.js';
import { commitScenarios } from './scenarios/commits.js';
import { millionScenarios } from './scenarios/million.js';
import { processesScenario } from './scenarios/processes.js';
import { readScenarios } from './scenarios/reads.js';
import { syncsScenario } from './scenarios/syncs.js';
import { renderFigures, verdictLine } from './table.js';
import type { BenchWorld, Scenario } from './world.js';

const scenarios: readonly Scenario[] = [
  syncsScenario,
  ...commitScenarios,
  processesScenario,
  ...readScenarios,
  ...millionScenarios,
];
const known = scenarios.map(({ name }) => name);
const options = parseOptions(process.argv.slice(2), known);
if (typeof options === 'string') {
  process.stderr.write(`${options}\n${usage(known)}\n`);
  process.exit(2);
}
const { only, rounds, seed, json, install, thisNode } = options;
const say = (words: string): void => void process.stderr.write(`${words}\n`);

const peersFolder = resolve(options.peers ?? usualPeers);
if (install) installPeers(peersFolder);
const newer = newerNode(peersFolder);
if (!hasSqlite() && newer && !thisNode) {
  // Node 20 has no SQLite built in; a Node that has one is among the peers.
  const script = process.argv[1] ?? '';
  const flags = ['--disable-warning=ExperimentalWarning'];
  const again = process.argv.slice(2).filter((word) => word !== '--install');
  const { status } = spawnSync(newer, [...flags, script, ...again], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const asked = resolve(options.dir ?? join(packageRoot, '.flakehound', 'bench-store', 'data'));
mkdirSync(asked, { recursive: true });
const dir = realpathSync(asked);
const place = process.platform === 'linux' ? placeOf(dir, readMounts()) : undefined;
if (place && !isDurable(place)) {
  say(`${dir} is on ${place.kind}, where a sync costs nothing; give --dir DIR on a real disk`);
  process.exit(3);
}
const peers = loadPeers(peersFolder);
const about = {
  machine: machineLine(nodeModules),
  disk: place ? `${place.kind} on ${place.device}` : 'an unknown file system',
  peers: peers.lines,
  seed,
  loadBefore: loadLine(),
};
if (!json) {
  print(`${about.machine}\ndisk: ${about.disk}\npeers: ${about.peers.join('; ')}`);
  print(`seed ${seed}; load average at the start: ${about.loadBefore}`);
}
const world: BenchWorld = {
  dir,
  peers,
  peersFolder,
  rounds,
  chance: chanceFrom(seed),
  now: () => performance.now(),
  say,
};
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => process.exit(130));
const all: ScenarioFigures[] = [];
for (const { name, run } of scenarios) {
  if (only.length > 0 && !only.includes(name)) continue;
  say(`measuring ${name}`);
  const figures = await run(world);
  all.push(figures);
  if (!json) print(renderFigures(figures));
}
if (json) {
  print(JSON.stringify({ ...about, loadAfter: loadLine(), scenarios: all }, null, 2));
} else {
  print(`${verdictLine(all)}\nload average at the end: ${loadLine()}`);
}
process.exit(all.every(({ targets }) => targets.every(isMet)) ? 0 : 1);

function print(words: string): void {
  process.stdout.write(`${words}\n`);
}

function readMounts(): string {
  return readFileSync('/proc/mounts', 'utf8');
}
