import type { AttemptFinished, TestIdentity } from '../events.js';
import { ConditionMap } from './conditionMap.js';
import { addCounts, countOutcome, failuresOf, noCounts, rateOf } from './counts.js';
import { Histogram } from './histogram.js';
import type { Counts, TestReport } from './huntReport.js';
import { withReplays } from './replay.js';
import { signatureOf } from './signature.js';
import { type Origin, SignatureTally } from './signatureTally.js';
import { verdictOf } from './verdict.js';

/** What the reader asked of the figures. */
export interface Asked {
  readonly confidence: number;
  readonly prove: number | null;
}

/** All that is kept of one test: the same size after one run and after a thousand. */
export class TestTally {
  readonly test: Pick<TestIdentity, 'id' | 'file' | 'name' | 'project'>;
  readonly ordinal: number;
  readonly #byCondition = new ConditionMap(noCounts);
  readonly #durations = new Histogram();
  readonly #signatures = new SignatureTally();
  #cause: TestReport['cause'];

  constructor({ id, file, name, project }: TestTally['test'], ordinal: number) {
    this.test = { id, file, name, project };
    this.ordinal = ordinal;
  }

  add({ outcome, condition, run }: AttemptFinished, root: string, origin: Origin): void {
    countOutcome(this.#byCondition.at(condition), outcome);
    if (outcome.kind === 'skipped') return;
    this.#durations.add(outcome.durationMs);
    if (outcome.kind !== 'passed') {
      this.#signatures.add(signatureOf(outcome.failure, root), run, origin);
    }
  }

  /** Takes in what another hunt found out about the same test. */
  absorb(report: TestReport, origin: Origin): void {
    for (const counts of report.byCondition) {
      addCounts(this.#byCondition.at(counts.condition), counts);
    }
    if (report.durationMs !== null) this.#durations.absorb(report.durationMs);
    this.#signatures.absorb(report.signatures, origin);
    this.#cause ??= report.cause;
  }

  counts(): Counts {
    const sum = noCounts();
    for (const { value } of this.#byCondition.entries()) addCounts(sum, value);
    return sum;
  }

  report(asked: Asked): TestReport {
    const counts = this.counts();
    const byCondition = this.#byCondition.entries();
    return {
      ...this.test,
      verdict: verdictOf(counts, asked),
      ...counts,
      ...rateOf(counts, asked.confidence),
      byCondition: byCondition.map(({ condition, value }) => ({
        condition,
        ...value,
        ...rateOf(value, asked.confidence),
      })),
      signatures: withReplays(
        this.test,
        this.#signatures.list(),
        byCondition.map(({ condition, value }) => ({
          condition,
          failures: failuresOf(value),
          tries: value.attempts,
        })),
      ),
      durationMs: this.#durations.durations(),
      ...(this.#cause === undefined ? {} : { cause: this.#cause }),
    };
  }
}
