import type { ConditionName, FileFailed, FilePhase } from '../events.js';
import { ConditionMap } from './conditionMap.js';
import { flakeInterval } from './flakeInterval.js';
import type { FileReport } from './huntReport.js';
import { withReplays } from './replay.js';
import { RunSet } from './runSet.js';
import { signatureOf } from './signature.js';
import { type Origin, SignatureTally } from './signatureTally.js';

/** One way in which a file failed outside its tests. */
interface Phase {
  readonly failedIn: ConditionMap<RunSet>;
  readonly signatures: SignatureTally;
}

const runSets = (): ConditionMap<RunSet> => new ConditionMap(() => new RunSet());

const sizes = (sets: ConditionMap<RunSet>): number =>
  sets.entries().reduce((sum, { value }) => sum + value.size, 0);

/** All that is kept of one file of one project. */
export class FileTally {
  readonly file: string;
  readonly project: string;
  readonly #runs = runSets();
  readonly #phases = new Map<FilePhase, Phase>();

  constructor(file: string, project: string) {
    this.file = file;
    this.project = project;
  }

  /** Any event of the file says that it was carried out in that run. */
  carriedOut(run: number, condition: ConditionName): void {
    this.#runs.at(condition).add(run);
  }

  add(failed: FileFailed, root: string, origin: Origin): void {
    const phase = this.#phase(failed.phase);
    phase.failedIn.at(failed.condition).add(failed.run);
    phase.signatures.add(signatureOf(failed.failure, root), failed.run, origin);
  }

  /** Runs of another hunt in which this file was carried out, whatever became of it. */
  absorbRuns(condition: ConditionName, runs: number): void {
    this.#runs.at(condition).addOthers(runs);
  }

  absorb(report: FileReport, origin: Origin): void {
    const phase = this.#phase(report.phase);
    for (const { condition, failedRuns } of report.byCondition) {
      phase.failedIn.at(condition).addOthers(failedRuns);
    }
    phase.signatures.absorb(report.signatures, origin);
  }

  /** In how many ways it failed. */
  get failingPhases(): number {
    return this.#phases.size;
  }

  reports(confidence: number): FileReport[] {
    return [...this.#phases].map(([name, phase]) => this.#report(name, phase, confidence));
  }

  #phase(name: FilePhase): Phase {
    const known = this.#phases.get(name);
    if (known !== undefined) return known;
    const phase = { failedIn: runSets(), signatures: new SignatureTally() };
    this.#phases.set(name, phase);
    return phase;
  }

  #report(name: FilePhase, phase: Phase, confidence: number): FileReport {
    const { file, project } = this;
    const runs = sizes(this.#runs);
    const failedRuns = sizes(phase.failedIn);
    const byCondition = this.#runs.entries().map(({ condition, value }) => ({
      condition,
      runs: value.size,
      failedRuns: phase.failedIn.at(condition).size,
    }));
    return {
      file,
      project,
      phase: name,
      verdict: failedRuns === runs ? 'broken' : 'flaky',
      runs,
      failedRuns,
      flakeRate: failedRuns / runs,
      interval: flakeInterval(failedRuns, runs, confidence),
      byCondition,
      signatures: withReplays(
        { file, project },
        phase.signatures.list(),
        byCondition.map((one) => ({
          condition: one.condition,
          failures: one.failedRuns,
          tries: one.runs,
        })),
      ),
    };
  }
}
