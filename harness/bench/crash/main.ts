import { performance } from 'node:perf_hooks';
import type { Interceptor } from '../../faults/interceptor.js';
import { assertCrashSafe, type CrashWorld, type WorkloadWorld } from '../../property/index.js';
import { loadLine, machineLine } from '../machine.js';
import { nodeModules } from '../places.js';

/** How many crash states a second one core visits, on a workload of 50 operations. */
const rounds = 7;
const target = 20_000;

/** A log of 11 synced appends and 2 replacements of a whole file. */
function workload({ fs, dir, acknowledge }: WorkloadWorld): void {
  const log = fs.openSync(`${dir}/log`, 'a');
  syncFolder(fs, dir);
  for (let n = 0; n < 11; n++) {
    fs.writeSync(log, `${n}:${'x'.repeat(40)}\n`);
    if (n % 2 === 1) fs.writeSync(log, `${n}:more\n`);
    fs.fdatasyncSync(log);
    acknowledge('append', n);
  }
  fs.closeSync(log);
  for (const value of ['one', 'two']) {
    const fd = fs.openSync(`${dir}/state.tmp`, 'w');
    fs.writeSync(fd, value.repeat(400));
    fs.fsyncSync(fd);
    fs.closeSync(fd);
    fs.renameSync(`${dir}/state.tmp`, `${dir}/state`);
    syncFolder(fs, dir);
    acknowledge('state', value);
  }
}

function syncFolder(fs: CrashWorld['fs'], dir: string): void {
  const fd = fs.openSync(dir, 'r');
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}

interface Found {
  readonly appended: number;
  readonly state: string | undefined;
}

function recover({ fs, dir }: CrashWorld): Found {
  const names = fs.readdirSync(dir);
  const log = names.includes('log') ? String(fs.readFileSync(`${dir}/log`)) : '';
  const state = names.includes('state') ? String(fs.readFileSync(`${dir}/state`)) : undefined;
  return { appended: log.split('\n').filter((l) => l.endsWith('x')).length, state };
}

let operations = 0;
const counted = (): Interceptor => ({
  sync: (_operation, proceed) => {
    operations++;
    return proceed();
  },
  async: (_operation, proceed) => proceed(),
});

const rates: number[] = [];
console.log(machineLine(nodeModules));
console.log(`load average at the start: ${loadLine()}`);
for (let round = 0; round < rounds; round++) {
  const from = performance.now();
  const report = await assertCrashSafe(workload, {
    recover,
    // Deep enough that a round takes long beside the clock's grain.
    bound: { exhaustive: 12, samples: 256, recoveryCrashes: 0 },
    invariants: {
      'what was appended survives': ({ state, acknowledged }) =>
        state.appended >= acknowledged.filter((a) => a.label === 'append').length,
      'the state is whole': ({ state }) => state.state === undefined || state.state.length === 1200,
    },
  });
  const seconds = (performance.now() - from) / 1000;
  rates.push(report.statesVisited / seconds);
  console.log(
    `round ${round + 1}: ${report.statesVisited} states (${report.distinctStates} distinct) at ${report.crashPoints} crash points in ${(seconds * 1000).toFixed(0)} ms`,
  );
}
// A pass that only counts: with the interceptor in its way every operation is seen once.
await assertCrashSafe(workload, {
  recover,
  through: counted,
  bound: { exhaustive: 0, few: 0, samples: 0, recoveryCrashes: 0 },
  invariants: { 'nothing is asked': () => true },
});
rates.sort((a, b) => a - b);
const median = rates[Math.floor(rates.length / 2)] ?? 0;
const isMet = median >= target;
console.log(`operations of the workload: ${operations}`);
console.log(
  `${isMet ? 'met   ' : 'MISSED'} crash states per second, median of ${rounds} = ${median.toFixed(0)} (at least ${target})`,
);
process.exitCode = isMet ? 0 : 1;
