/** `npm run bench:history`: see docs/benchmarks.md. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadLine, machineLine } from '../machine.js';
import { nodeModules, packageRoot } from '../places.js';
import { isMet, type ScenarioFigures } from '../store/figures.js';
import { renderFigures, verdictLine } from '../store/table.js';
import { largeHunt } from './largeHunt.js';
import { clear, type HistoryWorld, manyHunts } from './manyHunts.js';
import { parseOptions, usage } from './options.js';
import { wholeCommand } from './wholeCommand.js';

const options = parseOptions(process.argv.slice(2));
if (typeof options === 'string') {
  process.stderr.write(`${options}\n${usage}\n`);
  process.exit(2);
}
const { json, keep, large } = options;
const dir = resolve(options.dir ?? join(packageRoot, '.flakehound', 'bench-history'));
mkdirSync(dir, { recursive: true });
const world: HistoryWorld = {
  ...options,
  folder: keep
    ? join(dir, `kept-${options.hunts}x${options.tests}`)
    : mkdtempSync(join(dir, 'run-')),
  say: (words) => void process.stderr.write(`${words}\n`),
};
mkdirSync(world.folder, { recursive: true });
if (!keep) process.once('exit', () => clear(world));
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => process.exit(130));

const machine = machineLine(nodeModules);
const loadBefore = loadLine();
if (!json) print(`${machine}\nload average at the start: ${loadBefore}`);
const all: ScenarioFigures[] = [];
show(await manyHunts(world));
show([await wholeCommand(world)]);
if (large > 0) show([await largeHunt(world)]);
if (json) {
  print(JSON.stringify({ machine, loadBefore, loadAfter: loadLine(), scenarios: all }, null, 2));
} else {
  print(`${verdictLine(all)}\nload average at the end: ${loadLine()}`);
}
process.exit(all.every(({ targets }) => targets.every(isMet)) ? 0 : 1);

function show(figures: readonly ScenarioFigures[]): void {
  all.push(...figures);
  if (!json) for (const one of figures) print(renderFigures(one));
}

function print(words: string): void {
  process.stdout.write(`${words}\n`);
}
