import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileScripts } from '../processes/compiled.js';
import { spawnWriters } from '../processes/crew.js';
import { fuzzOpens } from '../processes/fuzzOpens.js';
import { killCycles } from '../processes/killCycles.js';
import { type DiskKind, onSmallDisk } from '../processes/smallDisk.js';
import { takeovers } from '../processes/takeovers.js';
import { hostWriters } from '../processes/writerHost.js';

/** Where Linux has files in memory. */
const memory = '/dev/shm';

/**
 * Kills real processes, lets others contend, opens damaged stores and fills disks.
 *
 * @param options - `kills` (cycles, 10,000), `takeovers` (rounds, 10,000), `opens` (1,000,000) and
 * `seed` (1). Each open has a seed of its own, counted up from that: with `--kills 0 --takeovers 0
 * --opens 1 --seed S` one is repeated alone.
 */
export async function prove(options: Readonly<Record<string, string>>): Promise<boolean> {
  const number = (name: string, otherwise: number): number => Number(options[name] ?? otherwise);
  const seed = number('seed', 1);
  const compiled = compileScripts();
  const { script } = compiled;
  // Killed processes lose nothing of what the kernel has, so a folder in memory asks as much of
  // the store; on a disk a kill comes more often between a write and its sync.
  const places = [tmpdir(), ...(existsSync(memory) ? [memory] : [])].map((place) =>
    mkdtempSync(join(place, 'fh-processes-')),
  );
  const spawned = spawnWriters(script('writer'));
  const host = await hostWriters(script('writerTemplate'));
  const starts = host === undefined ? [spawned] : [spawned, host.start, host.start, host.start];
  let isWell = true;
  const part = async (name: string, count: number, run: Run): Promise<void> => {
    if (count > 0 && !(await runPart(name, count, run))) isWell = false;
  };
  try {
    await part('kill -9 cycles', number('kills', 10_000), (cycles) =>
      killCycles({
        folders: places.flatMap((place) =>
          starts.map((start, at) => ({ dir: join(place, `killed-${at}`), start })),
        ),
        cycles,
        seed,
        onCycle: (tally) => progress(tally.cycles, 100, tally),
      }),
    );
    let shown = 0;
    await part('rounds of eight contenders', number('takeovers', 10_000), (rounds) =>
      takeovers({
        dir: mkdtempSync(join(places[0]!, 'claimed-')),
        script: script('contender'),
        contenders: 8,
        rounds,
        seed,
        onRound: (tally) => {
          if (tally.rounds < shown + 500) return;
          shown = tally.rounds;
          progress(shown, 1, tally);
        },
      }),
    );
    await part('opens of damaged stores', number('opens', 1_000_000), (opens) =>
      fuzzOpens({
        opens,
        seed,
        patienceMs: 60_000,
        onOpen: (tally) => progress(tally.opens, 20_000, tally),
      }),
    );
    for (const kind of ['tmpfs', 'ext4'] satisfies DiskKind[]) {
      console.log(`a full ${kind}`, onSmallDisk(kind, script('fullDisk')));
    }
  } finally {
    await host?.close();
    for (const place of places) rmSync(place, { recursive: true, force: true });
    compiled.remove();
  }
  return isWell;
}

type Run = (count: number) => Promise<{ readonly broken: readonly string[] }>;

async function runPart(name: string, count: number, run: Run): Promise<boolean> {
  const started = performance.now();
  const tally = await run(count);
  const seconds = (performance.now() - started) / 1000;
  const most = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${name}: ${(count / seconds).toFixed(1)} a second, at most ${most} MiB resident`);
  console.log(tally);
  return tally.broken.length === 0;
}

function progress(done: number, every: number, tally: object): void {
  if (done % every === 0) console.log(JSON.stringify(tally));
}
