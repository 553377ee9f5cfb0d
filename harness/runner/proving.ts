import type { RemainingEstimated, RunEvent, TestSettled, Verdict } from '../events.js';
import { createProof } from '../stats/proof.js';
import type { TestFile } from './executor.js';

/** The sequential side of a hunt: which tests are settled, and which files must run on. */
export interface Proving {
  see(event: RunEvent): void;
  /**
   * Judges after a run over these files.
   *
   * @returns tests settled by it, and those whose verdict changed because they ran on
   */
  runEnded(how: {
    readonly run: number;
    readonly planned: readonly TestFile[];
    readonly status: 'completed' | 'crashed';
  }): readonly TestSettled[];
  /** Files with an unsettled test. */
  left(): readonly TestFile[];
  remaining(): RemainingEstimated;
}

/** A file that yields no test in so many completed runs (its import fails) is given up as broken. */
const fruitlessRuns = 5;

interface FileAccount {
  readonly file: TestFile;
  /** Ids of the tests seen so far. */
  readonly tests: Set<string>;
  fruitless: number;
}

interface RunOfTest {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Starts with every file unsettled.
 *
 * @param asked - `rate` to exclude and `confidence`, both 0..1
 */
export function createProving(
  files: readonly TestFile[],
  asked: { readonly rate: number; readonly confidence: number },
): Proving {
  const proof = createProof(asked);
  const accounts = new Map<string, FileAccount>();
  for (const file of files) accounts.set(keyOf(file), { file, tests: new Set(), fruitless: 0 });
  const verdicts = new Map<string, Verdict>();
  /** Of the present run only, by test id. */
  const ofRun = new Map<string, RunOfTest>();

  const isUnsettled = ({ tests, fruitless }: FileAccount): boolean =>
    tests.size === 0
      ? fruitless < fruitlessRuns
      : [...tests].some((id) => proof.settled(id) === null);

  return {
    see(event) {
      if (event.type !== 'attemptFinished') return;
      const { test, outcome } = event;
      accounts.get(keyOf(test))?.tests.add(test.id);
      const seen = ofRun.get(test.id) ?? { passed: 0, failed: 0, skipped: 0 };
      ofRun.set(test.id, seen);
      if (outcome.kind === 'passed') seen.passed += 1;
      else if (outcome.kind === 'skipped') seen.skipped += 1;
      else seen.failed += 1;
    },
    runEnded({ run, planned, status }) {
      const settled: TestSettled[] = [];
      for (const file of planned) {
        const account = accounts.get(keyOf(file));
        if (account === undefined) continue;
        if (account.tests.size === 0 && status === 'completed') account.fruitless += 1;
        for (const id of account.tests) {
          const seen = ofRun.get(id);
          if (seen !== undefined) proof.add(id, seen);
          // A test that its file did not even mention was not reached, or exists no more.
          else if (status === 'completed') proof.add(id, { passed: 0, failed: 0, skipped: 1 });
          const verdict = proof.settled(id);
          if (verdict === null || verdict === verdicts.get(id)) continue;
          verdicts.set(id, verdict);
          settled.push({ type: 'testSettled', id, verdict, run });
        }
      }
      ofRun.clear();
      return settled;
    },
    left: () => [...accounts.values()].filter(isUnsettled).map((account) => account.file),
    remaining: () => ({
      type: 'remainingEstimated',
      runs: proof.remainingAtWorst(),
      unsettled: proof.unsettled().length,
    }),
  };
}

function keyOf(file: TestFile): string {
  return `${file.project}\0${file.file}`;
}
