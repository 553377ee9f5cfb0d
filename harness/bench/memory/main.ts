/** Memory of a long hunt: see docs/benchmarks.md. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import type { HuntEvent } from '../../events.js';
import { loadLine, machineLine } from '../machine.js';
import { nodeModules, packageRoot } from '../places.js';
import { suiteShapes } from '../suites.js';
import { writeSuite } from '../writeSuite.js';
import { findChild, readRssMiB } from './readRss.js';
import { type Sample, type Trend, trendOf } from './trend.js';

/** The hunt's own process stays below this. */
const limitMiB = 400;
const samplePeriodMs = 1_000;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    via: { type: 'string', default: 'auto' },
    workers: { type: 'string', default: '2' },
  },
});
const shape = suiteShapes.find(({ name }) => name === 'trivial20')!;
const suite = await writeSuite(shape, nodeModules);
const samples: { hunt: Sample[]; host: Sample[] } = { hunt: [], host: [] };
let hostPid: number | null = null;
let attempts = 0;
let passed = 0;
let runsDone = 0;

process.stdout.write(`${machineLine(nodeModules)}\nload average at the start: ${loadLine()}\n`);
const startedAt = performance.now();
const cli = join(packageRoot, 'dist', 'harness', 'cli', 'main.js');
const options = [`--runs=${values.runs}`, `--via=${values.via}`, `--workers=${values.workers}`];
const hunt = spawn(process.execPath, [cli, 'hunt', `--root=${suite.root}`, '--json', ...options], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
// It ends by itself then, with what it has; and so do we.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => hunt.kill('SIGINT'));
const sampling = setInterval(sample, samplePeriodMs);
const ended = once(hunt, 'exit') as Promise<[number | null]>;
for await (const line of createInterface({ input: hunt.stdout })) {
  const event = JSON.parse(line) as HuntEvent;
  if (event.type === 'attemptFinished') attempts += 1;
  if (event.type === 'attemptFinished' && event.outcome.kind === 'passed') passed += 1;
  if (event.type === 'runFinished') runsDone = event.run;
}
const [code] = await ended;
clearInterval(sampling);
await suite.remove();

const own = trendOf(samples.hunt);
const table = new Table({
  head: ['process', 'start MiB', 'middle', 'end', 'peak', 'per 100 runs'],
  colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [], compact: true },
});
table.push(row('hunt', own), row('host', trendOf(samples.host)));
const met = own.peakMiB < limitMiB;
const expected = Number(values.runs) * shape.files * shape.tests;
process.stdout.write(
  `${runsDone} runs, ${passed} of ${attempts} attempts passed (${expected} expected), exit code ${code}, ` +
    `${((performance.now() - startedAt) / 1000).toFixed(0)} s\n${table.toString()}\n` +
    `${met ? 'met   ' : 'MISSED'} hunt: peak below ${limitMiB} MiB\n` +
    `load average at the end: ${loadLine()}\n`,
);
process.exit(met && code === 0 && passed === expected ? 0 : 1);

function sample(): void {
  if (hunt.pid === undefined) return;
  hostPid ??= findChild(hunt.pid, join('host', 'main.js'));
  add(samples.hunt, readRssMiB(hunt.pid));
  if (hostPid !== null) add(samples.host, readRssMiB(hostPid));
}

function add(to: Sample[], rssMiB: number | null): void {
  if (rssMiB !== null) to.push({ run: runsDone, rssMiB });
}

function row(name: string, { startMiB, middleMiB, endMiB, peakMiB, slope }: Trend): string[] {
  const sizes = [startMiB, middleMiB, endMiB, peakMiB].map((mib) => mib.toFixed(0));
  return [name, ...sizes, slope.toFixed(1)];
}
