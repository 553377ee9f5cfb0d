import { type GroupStep, invariant, type JobStore, type Json } from '../../src/index.js';
import type { HuntEvent, HuntStarted, NoticeGiven, RunEvent, RunFinished } from '../events.js';
import { tallyOf } from '../report/summary.js';
import type { HuntReport } from '../stats/huntReport.js';
import { allRuns } from '../stats/progress.js';
import { commitSteps } from './commitSteps.js';
import { failureLog } from './failureLog.js';
import { FailureTable } from './failureTable.js';
import {
  asJson,
  durationsId,
  type HuntRecord,
  type HuntResult,
  jobTypes,
  recordFormat,
  runId,
  summaryId,
} from './huntRecord.js';
import { NameBook } from './names.js';
import { namedIn, packRun } from './packRun.js';
import { type PackedDurations, packDurations, packSummary } from './packSummary.js';

/** Tests whose durations one job holds: some ten buckets of ten bytes each. */
const mostInPart = 10_000;

/** What the events of a hunt don't tell. */
export type Circumstances = Pick<HuntRecord, 'plan' | 'tree' | 'holder'>;

/** What the store has already of a hunt that goes on. */
export interface Continued {
  /** How many runs are over; they are told again, and not recorded again. */
  readonly runs: number;
  /** Time that the hunt had taken by then. */
  readonly elapsedMs: number;
  readonly names: NameBook;
  /** Complete when all those runs have been told. */
  readonly failures: FailureTable;
}

/**
 * Writes a hunt into the store while it goes on.
 *
 * Nothing of a run is kept before its end, so that a run is either there whole or is repeated.
 */
export class HuntRecorder {
  readonly #store: JobStore;
  readonly #circumstances: Circumstances;
  readonly #now: () => number;
  readonly #startedAtMs: number;
  readonly #runsBefore: number;
  #started: HuntStarted | null = null;
  #isCreated: boolean;
  #names: NameBook | null;
  #failures: FailureTable | null;
  readonly #notices: NoticeGiven[] = [];
  /** Of the run under way, or of the one that was interrupted. */
  #events: RunEvent[] = [];
  #run = 0;
  #isUnderWay = false;
  /** Runs that a proof takes yet, as estimated after the run before. */
  #remaining: number | null = null;

  /**
   * @param how - `now` is monotonic, in ms; `continued` is null for a new hunt
   */
  constructor(
    store: JobStore,
    circumstances: Circumstances,
    how: { readonly now: () => number; readonly continued: Continued | null },
  ) {
    const { now, continued } = how;
    this.#store = store;
    this.#circumstances = circumstances;
    this.#now = now;
    this.#startedAtMs = now() - (continued?.elapsedMs ?? 0);
    this.#runsBefore = continued?.runs ?? 0;
    this.#isCreated = continued !== null;
    this.#names = continued?.names ?? null;
    this.#failures = continued?.failures ?? null;
  }

  /** Resolves, for the end of a run, when the store has it for good: the next one may begin. */
  async see(event: HuntEvent): Promise<void> {
    switch (event.type) {
      case 'huntStarted':
        this.#started = event;
        this.#failures ??= new FailureTable(event.root);
        return;
      case 'runStarted':
        this.#run = event.run;
        this.#events = [];
        if (event.run > this.#runsBefore) await this.#beginRun();
        return;
      case 'noticeGiven':
        if (this.#run === 0) this.#notices.push(event);
        else this.#events.push(event);
        return;
      case 'attemptFinished':
      case 'fileFailed':
      case 'fileFinished':
      case 'errorRaised':
        this.#events.push(event);
        return;
      case 'runFinished':
        this.#events.push(event);
        if (event.run > this.#runsBefore && event.status !== 'interrupted') {
          await this.#endRun(event);
        }
        return;
      case 'remainingEstimated':
        this.#remaining = event.runs;
        return;
      default:
        return;
    }
  }

  /**
   * Keeps what was found. The hunt is over then, unless it was interrupted: that one stays open, to
   * be resumed.
   */
  async finish(report: HuntReport): Promise<void> {
    const { id } = report.hunt;
    const names = await this.#book();
    // The run that was interrupted is in the report, though it is to be repeated.
    const named = namedIn(this.#events);
    await names.learn(named.tests, named.files);
    await this.#create();
    await this.#keepDurations(id, packDurations(report, names));
    const summary = asJson(packSummary(report, names));
    const steps = [await this.#keep(summaryId(id), jobTypes.summary, summary)];
    const result = asJson(resultOf(report));
    if (report.hunt.interrupted) {
      steps.push({ kind: 'update', id, patch: { result } });
    } else {
      steps.push({ kind: 'update', id, patch: { progress: 1 } });
      steps.push({ kind: 'transition', id, to: 'completed', result });
    }
    await commitSteps(this.#store, steps);
  }

  /** Ends a hunt that can't go on: it is not to be resumed. */
  async fail(error: unknown): Promise<void> {
    const { id } = this.#hunt();
    const steps = this.#creation();
    if (this.#isUnderWay) {
      steps.push({ kind: 'transition', id: runId(id, this.#run), to: 'cancelled' });
    }
    const message = error instanceof Error ? error.message : String(error);
    steps.push({ kind: 'transition', id, to: 'failed', error: { message } });
    await commitSteps(this.#store, steps);
  }

  #hunt(): HuntStarted {
    invariant(this.#started !== null, 'a hunt starts with huntStarted');
    return this.#started;
  }

  async #book(): Promise<NameBook> {
    this.#names ??= await NameBook.open(this.#store);
    return this.#names;
  }

  /** Not at `huntStarted`: the notices that come after it belong to the record. */
  #creation(): GroupStep[] {
    if (this.#isCreated) return [];
    const started = this.#hunt();
    const record: HuntRecord = {
      format: recordFormat,
      started,
      notices: this.#notices,
      ...this.#circumstances,
    };
    return [
      { kind: 'create', id: started.id, type: jobTypes.hunt, data: asJson(record) },
      { kind: 'transition', id: started.id, to: 'active' },
    ];
  }

  async #beginRun(): Promise<void> {
    const { id: hunt } = this.#hunt();
    const id = runId(hunt, this.#run);
    const steps = this.#creation();
    const isFirst = this.#run === this.#runsBefore + 1;
    // The one that was under way when the hunt was cut off is there.
    const isThere = isFirst && (await this.#store.get(id)) !== undefined;
    if (isFirst && this.#isCreated) {
      // What an interrupted hunt came to is no news once it goes on: its runs tell.
      steps.push({ kind: 'remove', id: summaryId(hunt) });
      steps.push({ kind: 'update', id: hunt, patch: { result: null } });
    }
    if (!isThere) steps.push({ kind: 'create', id, type: jobTypes.run, parent: hunt });
    steps.push({ kind: 'transition', id, to: 'active' });
    await commitSteps(this.#store, steps);
    this.#isCreated = true;
    this.#isUnderWay = true;
  }

  async #endRun({ run, status }: RunFinished): Promise<void> {
    const { id: hunt } = this.#hunt();
    const names = await this.#book();
    const failures = this.#failures;
    invariant(failures !== null, 'a run ends after its hunt has started');
    const named = namedIn(this.#events);
    await names.learn(named.tests, named.files);
    const elapsedMs = this.#now() - this.#startedAtMs;
    const packed = packRun(this.#events, { names, failures, elapsedMs });
    const error = { message: 'the process that hosts Vitest died' };
    await commitSteps(this.#store, [
      ...failureLog(hunt, this.#events, packed),
      {
        kind: 'transition',
        id: runId(hunt, run),
        result: asJson(packed),
        ...(status === 'crashed' ? { to: 'failed', error } : { to: 'completed' }),
      },
      { kind: 'update', id: hunt, patch: { progress: this.#progress(run, elapsedMs) } },
    ]);
    this.#isUnderWay = false;
    this.#events = [];
  }

  /** null where nobody can tell how far the hunt is. */
  #progress(run: number, elapsedMs: number): number | null {
    const { asked, conditions } = this.#hunt();
    const all = allRuns(asked, conditions);
    const shares: number[] = [];
    if (all !== null) shares.push(run / all);
    if (asked.forMs !== null) shares.push(elapsedMs / asked.forMs);
    if (this.#remaining !== null) shares.push(run / (run + this.#remaining));
    return shares.length === 0 ? null : Math.min(1, Math.max(...shares));
  }

  /** One that was interrupted before has left its own. */
  async #keep(id: string, type: string, data: Json): Promise<GroupStep> {
    if ((await this.#store.get(id)) !== undefined) return { kind: 'update', id, patch: { data } };
    const { id: parent } = this.#hunt();
    return { kind: 'create', id, type, parent, data };
  }

  /** In parts, for of very many tests they are more than a job holds; before the end, which tells that all are there. */
  async #keepDurations(hunt: string, durations: PackedDurations): Promise<void> {
    for (let part = 0; part === 0 || part * mostInPart < durations.length; part++) {
      const some = durations.slice(part * mostInPart, (part + 1) * mostInPart);
      const id = durationsId(hunt, part);
      await commitSteps(this.#store, [await this.#keep(id, jobTypes.durations, asJson(some))]);
    }
  }

  async #create(): Promise<void> {
    const steps = this.#creation();
    if (steps.length > 0) await commitSteps(this.#store, steps);
    this.#isCreated = true;
  }
}

/** What a list of hunts is to tell. */
export const resultOf = (report: HuntReport): HuntResult => ({
  stopped: report.hunt.stopped,
  durationMs: report.hunt.durationMs,
  runs: report.hunt.runs,
  tally: tallyOf(report),
});
