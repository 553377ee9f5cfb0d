import type { BoundGiven, CrashModel, CrashReport } from '../../../harness/property/index.js';
import { generatedProof } from '../proof/generated.js';
import { type Counts, propertyNames } from '../proof/properties.js';
import { prove as proveScript } from '../proof/prove.js';
import { type ProofScript, proofScripts } from '../proof/scripts.js';

const none = { exhaustive: 0, few: 0, samples: 0, exhaustiveTorn: 0, tornAt: [4096], cuts: 1 };

/** What is looked at, from what is most worth its time on. */
const passes = {
  /** Many ways to lose what isn't synced, with one crash. */
  losses: {
    exhaustive: 5,
    few: 1,
    samples: 6,
    exhaustiveTorn: 2,
    tornAt: [1, 512, 4096],
    cuts: 2,
    recoveryCrashes: 0,
    states: 8_000,
  },
  /** Few ways, but a second crash at every point of every recovery. */
  recoveries: { ...none, recoveryCrashes: 1, recovery: none, states: 8_000 },
  /** Many ways at both crashes, as far as it gets. */
  both: {
    exhaustive: 4,
    few: 1,
    samples: 4,
    exhaustiveTorn: 1,
    tornAt: [1, 512],
    cuts: 1,
    recoveryCrashes: 1,
    recovery: { ...none, exhaustive: 3, few: 1, samples: 1, tornAt: [512] },
    states: 6_000,
  },
} as const satisfies Record<string, BoundGiven>;

type Pass = keyof typeof passes;

const models: readonly CrashModel[] = ['posix', 'ordered'];

interface Sums {
  workloads: number;
  points: number;
  visited: number;
  distinct: number;
  /** What each pass leaves out. */
  leftOut: Map<Pass, string>;
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
  const sums: Sums = { workloads: 0, points: 0, visited: 0, distinct: 0, leftOut: new Map() };
  const started = performance.now();
  const isDone = () => sums.visited >= wanted || performance.now() >= until;
  let seed = Number(values.seed ?? 1);
  let isSafe = true;
  const tell = (): void => report({ sums, counts, started, seed });
  // Who stops it wants to know how far it came.
  const stopped = (): never => {
    tell();
    process.exit(130);
  };
  process.once('SIGINT', stopped).once('SIGTERM', stopped);
  const take = async (proof: ProofScript, model: CrashModel, pass: Pass): Promise<void> => {
    try {
      const how = { model, bound: passes[pass], secondActs: 8, counts };
      add(sums, pass, await proveScript(proof, how));
      progress(sums, started, `${proof.name}, ${model}, ${pass}`);
    } catch (error) {
      isSafe = false;
      console.error(
        `\n${proof.name}, ${model}, ${pass}: ${error instanceof Error ? error.message : error}`,
      );
    }
  };
  if (values.resume === undefined) {
    const chosen = proofScripts.filter(({ name }) => name.includes(values.script ?? ''));
    for (const pass of ['losses', 'recoveries'] as const) {
      for (const proof of chosen) {
        for (const model of models) if (!isDone()) await take(proof, model, pass);
      }
    }
  }
  const kinds = Object.keys(passes) as Pass[];
  while (isSafe && values.script === undefined && !isDone()) {
    await take(
      generatedProof(seed),
      models[seed % 2]!,
      kinds[Math.floor(seed / 6) % kinds.length]!,
    );
    seed++;
  }
  tell();
  process.off('SIGINT', stopped).off('SIGTERM', stopped);
  return isSafe;
}

function add(sums: Sums, pass: Pass, found: CrashReport): void {
  const { crashPoints, statesVisited, distinctStates, boundLeftOut } = found;
  sums.workloads++;
  sums.points += crashPoints;
  sums.visited += statesVisited;
  sums.distinct += distinctStates;
  sums.leftOut.set(pass, boundLeftOut);
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
  for (const [pass, text] of sums.leftOut) console.log(`\nleft out by the pass ${pass}: ${text}`);
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en');
}
