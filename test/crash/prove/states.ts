import { parseArgs } from 'node:util';
import type { BoundGiven, CrashModel, CrashReport } from '../../../harness/property/index.js';
import { generatedProof } from '../proof/generated.js';
import { type Counts, propertyNames } from '../proof/properties.js';
import { prove } from '../proof/prove.js';
import { type ProofScript, proofScripts } from '../proof/scripts.js';

const usage = `npm run prove -- [--states N] [--seed S] [--minutes M] [--resume] [--script NAME]

  --states   crash states to visit in all; 1,000,000 when left out
  --seed     of the first generated workload; 1 when left out
  --minutes  stop after so many, and say where to go on
  --resume   the workloads written by hand were visited before: go on with the generated ones
  --script   only the workloads whose name holds this`;

const bound: BoundGiven = {
  exhaustive: 5,
  few: 1,
  samples: 6,
  exhaustiveTorn: 2,
  tornAt: [1, 512, 4096],
  cuts: 2,
  recoveryCrashes: 1,
  recovery: { exhaustive: 3, few: 1, samples: 1, exhaustiveTorn: 1, tornAt: [512], cuts: 1 },
};

/** Distinct states of one workload, after which the next has its turn. */
const most = { scripted: 12_000, generated: 2_500 };
const models: readonly CrashModel[] = ['posix', 'ordered'];

interface Sums {
  workloads: number;
  points: number;
  visited: number;
  distinct: number;
  leftOut: string;
}

const { values } = parseArgs({
  options: {
    states: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: 'Infinity' },
    resume: { type: 'boolean', default: false },
    script: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(usage);
else await main();

async function main(): Promise<void> {
  const wanted = Number(values.states);
  const until = performance.now() + Number(values.minutes) * 60_000;
  const counts: Counts = new Map();
  const sums: Sums = { workloads: 0, points: 0, visited: 0, distinct: 0, leftOut: '' };
  const started = performance.now();
  const isDone = () => sums.visited >= wanted || performance.now() >= until;
  let seed = Number(values.seed);
  let isSafe = true;
  const take = async (proof: ProofScript, model: CrashModel, states: number): Promise<void> => {
    try {
      add(sums, await prove(proof, { model, bound: { ...bound, states }, secondActs: 8, counts }));
      progress(sums, started, `${proof.name}, ${model}`);
    } catch (error) {
      isSafe = false;
      console.error(`\n${proof.name}, ${model}: ${error instanceof Error ? error.message : error}`);
    }
  };
  if (!values.resume) {
    const { script = '' } = values;
    for (const proof of proofScripts.filter(({ name }) => name.includes(script))) {
      for (const model of models) if (!isDone()) await take(proof, model, most.scripted);
    }
  }
  while (isSafe && values.script === undefined && !isDone()) {
    await take(generatedProof(seed), models[seed % 2]!, most.generated);
    seed++;
  }
  report({ sums, counts, started, seed });
  process.exitCode = isSafe ? 0 : 1;
}

function add(
  sums: Sums,
  { crashPoints, statesVisited, distinctStates, boundLeftOut }: CrashReport,
) {
  sums.workloads++;
  sums.points += crashPoints;
  sums.visited += statesVisited;
  sums.distinct += distinctStates;
  sums.leftOut = boundLeftOut;
}

function progress({ visited, distinct, workloads }: Sums, started: number, name: string): void {
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${number(visited)} states (${number(distinct)} distinct) of ${workloads} workloads, ${number(visited / seconds)} a second; last: ${name}`,
  );
}

function report(of: {
  readonly sums: Sums;
  readonly counts: Counts;
  readonly started: number;
  readonly seed: number;
}): void {
  const { sums, counts, started, seed } = of;
  const seconds = (performance.now() - started) / 1000;
  console.log(`
workloads         ${number(sums.workloads)}
crash points      ${number(sums.points)}
states visited    ${number(sums.visited)}
distinct states   ${number(sums.distinct)}
seconds           ${number(seconds)}, ${number(sums.visited / seconds)} states a second
go on with        npm run prove -- --resume --seed ${seed}

judgements of each property`);
  for (const [at, name] of propertyNames) {
    console.log(`${String(at).padStart(2)} ${number(counts.get(at) ?? 0).padStart(10)}  ${name}`);
  }
  console.log(`\nleft out by the bound: ${sums.leftOut}`);
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en');
}
