import { assertNever, invariant } from '../../src/index.js';
import type {
  AttemptFinished,
  ConditionName,
  HuntEvent,
  HuntFinished,
  HuntStarted,
} from '../events.js';
import { failuresOf } from './counts.js';
import { FileTally } from './fileTally.js';
import type { HuntHead, HuntReport } from './huntReport.js';
import type { LiveTest, LiveView } from './liveView.js';
import { NoticeTally } from './noticeTally.js';
import { byText } from './order.js';
import { allRuns, Progress } from './progress.js';
import { errorReports, fileReports, testReports } from './sections.js';
import { signatureOf } from './signature.js';
import { SignatureTally } from './signatureTally.js';
import { TestTally } from './testTally.js';

/** Folds a hunt's events into a report, in memory that doesn't grow with the number of runs. */
export interface Tally {
  add(event: HuntEvent): void;
  /**
   * What is known so far; a hunt that hasn't finished is reported as interrupted.
   *
   * @param nowMs - ends an unfinished hunt's duration, ms since 1970; without it only its runs count
   * @throws InvariantError before `huntStarted`: there is no hunt to report
   */
  report(nowMs?: number): HuntReport;
  /** @param nowMs - on the clock that gave the hunt's `startedAt`, ms since 1970 */
  live(nowMs: number): LiveView;
}

/**
 * Starts an empty tally.
 *
 * The order in which events of different files arrive changes nothing in the report. A test's own
 * `testSettled` isn't read: its verdict follows from the counts by the same rules.
 */
export const createTally = (): Tally => new EventTally();

class EventTally implements Tally {
  #started: HuntStarted | null = null;
  #finished: HuntFinished | null = null;
  #attempts = 0;
  readonly #progress = new Progress();
  readonly #tests = new Map<string, TestTally>();
  readonly #files = new Map<string, FileTally>();
  readonly #errors = new SignatureTally();
  readonly #notices = new NoticeTally();

  add(event: HuntEvent): void {
    this.#progress.add(event);
    switch (event.type) {
      case 'huntStarted':
        this.#started = event;
        return;
      case 'attemptFinished':
        this.#addAttempt(event);
        return;
      case 'fileFailed':
        this.#carriedOut(event, event).add(event, this.#hunt().root, this.#hunt());
        return;
      case 'fileFinished':
        this.#carriedOut(event, event);
        return;
      case 'errorRaised': {
        const signature = signatureOf(event.failure, this.#hunt().root);
        this.#errors.add(signature, event.run, this.#hunt());
        return;
      }
      case 'noticeGiven':
        this.#notices.add(event);
        return;
      case 'huntFinished':
        this.#finished = event;
        return;
      case 'runStarted':
      case 'runFinished':
      case 'testSettled':
      case 'remainingEstimated':
        return;
      default:
        assertNever(event);
    }
  }

  report(nowMs?: number): HuntReport {
    const { confidence, asked } = this.#hunt();
    return {
      schemaVersion: 1,
      hunt: this.#head(nowMs),
      tests: testReports(this.#tests.values(), { confidence, prove: asked.prove }),
      files: fileReports(this.#files.values(), confidence),
      errors: errorReports(this.#errors),
    };
  }

  live(nowMs: number): LiveView {
    const howFar = this.#progress.at(nowMs);
    const seconds = howFar.elapsedMs / 1000;
    const flaky: LiveTest[] = [];
    let broken = 0;
    for (const tally of this.#tests.values()) {
      const counts = tally.counts();
      const failures = failuresOf(counts);
      if (failures === 0) continue;
      if (counts.passed === 0) broken += 1;
      else flaky.push(liveTest(tally, failures, counts.attempts));
    }
    let fileFailures = 0;
    for (const file of this.#files.values()) fileFailures += file.failingPhases;
    return {
      ...howFar,
      attempts: this.#attempts,
      attemptsPerSecond: seconds === 0 ? 0 : this.#attempts / seconds,
      flaky: flaky.sort(
        (a, b) => b.flakeRate - a.flakeRate || byText(a.file, b.file) || byText(a.name, b.name),
      ),
      broken,
      fileFailures,
    };
  }

  #hunt(): HuntStarted {
    invariant(this.#started !== null, 'a hunt starts with huntStarted, before any other finding');
    return this.#started;
  }

  #addAttempt(event: AttemptFinished): void {
    const { id, ordinal } = event.test;
    const tally = this.#tests.get(id) ?? new TestTally(event.test, ordinal);
    this.#tests.set(id, tally);
    tally.add(event, this.#hunt().root, this.#hunt());
    this.#carriedOut(event.test, event);
    if (event.outcome.kind !== 'skipped') this.#attempts += 1;
  }

  /** Notes that the file was carried out in this run. */
  #carriedOut(place: Place, when: { run: number; condition: ConditionName }): FileTally {
    const key = `${place.project}\n${place.file}`;
    const tally = this.#files.get(key) ?? new FileTally(place.file, place.project);
    this.#files.set(key, tally);
    tally.carriedOut(when.run, when.condition);
    return tally;
  }

  #head(nowMs: number | undefined): HuntHead {
    const hunt = this.#hunt();
    const stopped = this.#finished?.stopped ?? 'interrupted';
    const { completed, crashed, runsMs } = this.#progress;
    const soFarMs = nowMs === undefined ? runsMs : Math.max(0, nowMs - Date.parse(hunt.startedAt));
    return {
      id: hunt.id,
      seed: hunt.seed,
      root: hunt.root,
      command: hunt.command,
      vitest: hunt.vitest,
      node: hunt.node,
      startedAt: hunt.startedAt,
      durationMs: this.#finished?.durationMs ?? soFarMs,
      runs: { asked: allRuns(hunt.asked, hunt.conditions), done: completed, crashed },
      conditions: hunt.conditions,
      interrupted: stopped === 'interrupted',
      stopped,
      confidence: hunt.confidence,
      prove: hunt.asked.prove,
      workers: hunt.workers,
      executor: hunt.executor,
      files: hunt.files,
      shard: hunt.shard,
      notices: this.#notices.list(),
    };
  }
}

interface Place {
  readonly project: string;
  readonly file: string;
}

function liveTest({ test }: TestTally, failures: number, attempts: number): LiveTest {
  const { id, file, name } = test;
  return { id, file, name, failures, attempts, flakeRate: failures / attempts };
}
