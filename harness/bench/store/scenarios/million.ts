import { cp, lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { askChild, startChild } from '../children/child.js';
import { type ScenarioFigures, spreadOf } from '../figures.js';
import { jobId } from '../record.js';
import { type BenchWorld, inFolder, type Scenario } from '../world.js';

const jobs = 1_000_000;
const replayed = 1_000_000;

interface FirstGet {
  readonly openMs: number;
  readonly ms: number;
  readonly beforeMb: number;
  readonly afterMb: number;
}

interface Stall {
  readonly ms: number;
  readonly longestMs: number;
  readonly monitorMs: number;
}

/** A store too large to be read whole: each figure comes from a process of its own. */
export const millionScenarios: readonly Scenario[] = [
  { name: 'open', run: (world) => inFolder(world, 'open', (folder) => opens(world, folder)) },
  { name: 'replay', run: (world) => inFolder(world, 'replay', (folder) => replays(world, folder)) },
  { name: 'stall', run: (world) => inFolder(world, 'stall', (folder) => stalls(world, folder)) },
];

async function opens(world: BenchWorld, folder: string): Promise<ScenarioFigures> {
  const dir = join(folder, 'store');
  const built = await build(world, dir);
  const runs: FirstGet[] = [];
  for (let round = 0; round < (world.rounds ?? 9); round++) {
    const id = jobId(Math.floor(world.chance() * jobs));
    runs.push(await askChild<FirstGet>('firstGet', { dir, id }));
  }
  const of = (figure: keyof FirstGet) => spreadOf(runs.map((run) => run[figure]));
  return {
    name: 'open',
    title: `open ${jobs} jobs and get one, in a new process`,
    unit: 'ms, or MB (10^6 bytes) resident',
    rows: [
      { name: 'open alone, ms', value: of('openMs') },
      { name: 'bare process, MB', value: of('beforeMb') },
    ],
    targets: [
      { what: 'first get, from the begin of the open', value: of('ms'), unit: 'ms', atMost: 20 },
      { what: 'resident memory after it', value: of('afterMb'), unit: 'MB', atMost: 90 },
    ],
    notes: [built, 'the files are in the page cache, the code is not compiled yet'],
  };
}

async function replays(world: BenchWorld, folder: string): Promise<ScenarioFigures> {
  const dir = join(folder, 'store');
  const made = 100_000;
  const writer = startChild('fillLog', { dir, jobs: made, records: replayed });
  const { records } = await writer.ask<{ readonly records: number }>({});
  await writer.kill();
  const rates: number[] = [];
  const openMs: number[] = [];
  for (let round = 0; round < (world.rounds ?? 5); round++) {
    // An open replays the log once for all, so each gets a copy.
    const copy = join(folder, `copy-${round}`);
    await cp(dir, copy, { recursive: true, filter: isNoSocket });
    const child = startChild('replay', { dir: copy });
    const run = await child.ask<{ readonly ms: number; readonly records: number }>({});
    await child.kill();
    await rm(copy, { recursive: true });
    if (run.records < records) throw new Error(`replayed ${run.records} records of ${records}`);
    rates.push(run.records / run.ms / 1000);
    openMs.push(run.ms);
  }
  return {
    name: 'replay',
    title: `open after a kill: ${records} updates of ${made} jobs in the log`,
    unit: 'ms',
    rows: [{ name: 'open', value: spreadOf(openMs) }],
    targets: [{ what: 'records replayed', value: spreadOf(rates), unit: 'M/s', atLeast: 1.2 }],
    notes: ['the whole open counts, in a new process, with the files in the page cache'],
  };
}

/** The killed process leaves one behind, and they can't be copied. */
const isNoSocket = async (path: string): Promise<boolean> => !(await lstat(path)).isSocket();

async function stalls(world: BenchWorld, folder: string): Promise<ScenarioFigures> {
  const dir = join(folder, 'store');
  const built = await build(world, dir);
  const child = startChild('stall', { dir, jobs, changed: 20_000 });
  const runs: { readonly during: Stall; readonly idle: Stall }[] = [];
  try {
    for (let round = 0; round < (world.rounds ?? 5); round++) runs.push(await child.ask({}));
  } finally {
    await child.end();
  }
  const of = (when: 'during' | 'idle', figure: keyof Stall) =>
    spreadOf(runs.map((run) => run[when][figure]));
  return {
    name: 'stall',
    title: `a checkpoint of ${jobs} jobs, 20000 of them changed`,
    unit: 'ms',
    rows: [
      { name: 'the checkpoint', value: of('during', 'ms') },
      { name: 'longest stall by monitorEventLoopDelay', value: of('during', 'monitorMs') },
      { name: 'longest stall of an idle process', value: of('idle', 'longestMs') },
    ],
    targets: [{ what: 'longest stall', value: of('during', 'longestMs'), unit: 'ms', atMost: 10 }],
    notes: [built, 'the longest time between two turns of a setImmediate loop in each checkpoint'],
  };
}

async function build({ say }: BenchWorld, dir: string): Promise<string> {
  say(`building a store of ${jobs} jobs`);
  const { ms, bytes } = await askChild<{ readonly ms: number; readonly bytes: number }>('build', {
    dir,
    jobs,
  });
  return `built in ${(ms / 1000).toFixed(1)} s; the checkpoint has ${(bytes / 1e6).toFixed(0)} MB`;
}
