import type { BoundGiven, CrashModel, CrashReport } from '../../../harness/property/index.js';
import { generatedProof } from '../proof/generated.js';
import { type Counts, propertyNames } from '../proof/properties.js';
import { prove as proveScript } from '../proof/prove.js';
import { type ProofScript, proofScripts } from '../proof/scripts.js';

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

/**
 * Visits the crash states of workloads written by hand and of generated ones, and prints how many.
 *
 * Options: `states`, to visit in all (1,000,000); `seed`, of the first generated workload (1);
 * `minutes`, after which it stops and says where to go on; `resume`, to go on with the generated
 * workloads; `script`, to take only those by hand whose name holds it.
 *
 * @returns whether all was well
 */
export async function prove(values: Readonly<Record<string, string>>): Promise<boolean> {
  const wanted = Number(values.states ?? 1_000_000);
  const until = performance.now() + Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
  const counts: Counts = new Map();
  const sums: Sums = { workloads: 0, points: 0, visited: 0, distinct: 0, leftOut: '' };
  const started = performance.now();
  const isDone = () => sums.visited >= wanted || performance.now() >= until;
  let seed = Number(values.seed ?? 1);
  let isSafe = true;
  const take = async (proof: ProofScript, model: CrashModel, states: number): Promise<void> => {
    try {
      add(
        sums,
        await proveScript(proof, { model, bound: { ...bound, states }, secondActs: 8, counts }),
      );
      progress(sums, started, `${proof.name}, ${model}`);
    } catch (error) {
      isSafe = false;
      console.error(`\n${proof.name}, ${model}: ${error instanceof Error ? error.message : error}`);
    }
  };
  if (values.resume === undefined) {
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
  return isSafe;
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
go on with        npm run prove -- states --resume --seed ${seed}

judgements of each property`);
  for (const [at, name] of propertyNames) {
    console.log(`${String(at).padStart(2)} ${number(counts.get(at) ?? 0).padStart(10)}  ${name}`);
  }
  console.log(`\nleft out by the bound: ${sums.leftOut}`);
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en');
}
