import { FlakehoundError } from '../../src/errors.js';
import type { Job, JobPatch } from '../../src/jobs/job.js';
import { jobStatuses } from '../../src/jobs/job.js';
import type {
  Cancellation,
  ErrorEvent,
  Health,
  JobFilter,
  JobStore,
  JobTracker,
} from '../../src/jobs/jobStore.js';
import type { Clock } from '../../src/ports/clock.js';
import { ModelFeed, ModelWaiter } from './modelFeed.js';
import {
  checkedEntry,
  checkedPatch,
  checkedWait,
  checkId,
  failure,
  modelCancelled,
} from './modelRules.js';
import { emptyModelState, ModelDraft, type ModelState, modelList } from './modelState.js';
import { modelTracker } from './modelTracker.js';

/** How a model is made. */
export interface ModelStoreOptions {
  readonly clock: Clock;
  /** What an earlier model left, to go on from: the same object stands for the same folder. */
  readonly state?: ModelState;
  readonly dir?: string;
  /** How long `updateLater` may wait. */
  readonly flushMs?: number;
  /** The most that a job may take as JSON. */
  readonly recordBytes?: number;
}

/** A job store in memory, so plain that it can be seen to be right. */
export function modelStore(options: ModelStoreOptions): ModelStore {
  return new ModelStore(options);
}

/** See {@link modelStore}. */
export class ModelStore implements JobStore {
  readonly dir: string;
  private readonly clock: Clock;
  /** Of this object the members are replaced, never it: who reopens sees what is there. */
  private readonly state: ModelState;
  private readonly flushMs: number;
  private readonly recordBytes: number;
  private readonly noted = new Map<string, JobPatch>();
  private readonly feeds = new Set<ModelFeed>();
  private readonly waiters = new Set<ModelWaiter>();
  private readonly counters = { commits: 0, records: 0, conflicts: 0, absorbed: 0 };
  private closing: Promise<void> | undefined;
  private isClosed = false;

  constructor({
    clock,
    state = emptyModelState(),
    dir = '/model',
    flushMs = 1000,
    recordBytes = Number.POSITIVE_INFINITY,
  }: ModelStoreOptions) {
    this.clock = clock;
    this.state = state;
    this.dir = dir;
    this.flushMs = flushMs;
    this.recordBytes = recordBytes;
  }

  create: JobStore['create'] = async (job) =>
    this.write((draft) => draft.step({ kind: 'create', ...job }) as Job);

  get: JobStore['get'] = async (id) => this.read().jobs.get(id);

  list: JobStore['list'] = async (filter = {}) => modelList(this.read(), filter);

  count: JobStore['count'] = async (filter: JobFilter = {}) =>
    modelList(this.read(), filter).length;

  update: JobStore['update'] = async (id, patch, when = {}) =>
    this.writeOf(id, (draft) => draft.update(id, patch, when));

  transition: JobStore['transition'] = async (id, to, details = {}) =>
    this.writeOf(id, (draft) => draft.step({ kind: 'transition', id, to, ...details }) as Job);

  cancel: JobStore['cancel'] = async (id) =>
    this.writeOf(id, (draft): Cancellation => {
      checkId(id);
      const { outcome, job } = modelCancelled(draft.present(id), this.clock.now());
      return { outcome, job: draft.put(job) };
    });

  remove: JobStore['remove'] = async (id, when = {}) =>
    this.writeOf(id, (draft) => draft.step({ kind: 'remove', id, ...when }) as boolean);

  group: JobStore['group'] = async (steps) =>
    this.writeOf(
      steps.map((step) => step.id),
      (draft) => steps.map((step) => draft.step(step)),
    );

  updateLater: JobStore['updateLater'] = (id, patch) => {
    this.read();
    checkId(id);
    const checked = checkedPatch(patch);
    if (this.noted.size === 0) this.clock.after(this.flushMs, () => void this.flushNoted());
    this.noted.set(id, { ...this.noted.get(id), ...checked });
  };

  flush: JobStore['flush'] = async () => {
    this.read();
    this.flushNoted();
  };

  track: JobStore['track'] = (id): JobTracker =>
    modelTracker(this, id, { clock: this.clock, complain: (error) => this.note(error) });

  waitFor: JobStore['waitFor'] = async (id, statuses, how = {}) => {
    const job = this.read().jobs.get(id);
    checkedWait([statuses].flat(), how.timeout);
    if (job === undefined) throw failure('JOB_MISSING', `there is no job ${id}`);
    const waiter = new ModelWaiter(id, [statuses].flat());
    if (!waiter.see(job)) {
      this.waiters.add(waiter);
      const forget = (): void => void this.waiters.delete(waiter);
      if (how.timeout !== undefined) waiter.giveUpAfter(how.timeout, this.clock, forget);
    }
    return waiter.done;
  };

  onChange: JobStore['onChange'] = (listener) => {
    this.read();
    const feed = new ModelFeed(listener, this.clock, (error) => this.note(error));
    this.feeds.add(feed);
    return () => {
      feed.end();
      this.feeds.delete(feed);
    };
  };

  appendLog: JobStore['appendLog'] = async (id, entry) => {
    checkedEntry(entry);
    return this.writeOf(id, (draft) => draft.log(id, entry));
  };

  logs: JobStore['logs'] = async (id, { limit } = {}) => {
    const own = this.read().logs.filter(({ jobId }) => jobId === id);
    return limit === undefined ? own : own.slice(Math.max(0, own.length - limit));
  };

  recentLogs: JobStore['recentLogs'] = async (limit) =>
    this.read().logs.toReversed().slice(0, limit);

  prune: JobStore['prune'] = async (rule) => this.write((draft) => draft.prune(rule));

  checkpoint: JobStore['checkpoint'] = async () => void this.read();

  backup: JobStore['backup'] = async (path) => {
    const { lsn, jobs } = this.read();
    return { path, lsn, jobs: jobs.size, bytes: 0 };
  };

  health: JobStore['health'] = async (): Promise<Health> => ({
    status: this.isClosed ? 'closed' : 'healthy',
    reasons: [],
    role: 'owner',
    epoch: 1,
    lsn: this.state.lsn,
    jobs: Object.fromEntries(
      jobStatuses.map((status) => [status, modelList(this.state, { status }).length]),
    ) as Health['jobs'],
    counters: { ...this.counters, retries: 0, checkpoints: 0, poisoned: 0 },
    sizes: { log: 0, checkpoint: 0, jobLogs: 0 },
    breaker: 'closed',
    lastCheckpoint: null,
    lastError: this.state.errorEvents.at(-1) ?? null,
    recovery: {
      wasClosed: true,
      replayedRecords: 0,
      tornBytes: 0,
      keptIn: [],
      mergedUpdates: 0,
      notes: [],
    },
  });

  errorEvents: JobStore['errorEvents'] = async ({ unresolved = false, limit } = {}) =>
    this.read()
      .errorEvents.filter((event) => !unresolved || event.resolvedAt === null)
      .toReversed()
      .slice(0, limit);

  resolveErrorEvent: JobStore['resolveErrorEvent'] = async (id) => {
    const { errorEvents } = this.read();
    const at = errorEvents.findIndex((event) => event.id === id && event.resolvedAt === null);
    if (at < 0) return false;
    const resolved = { ...errorEvents[at]!, resolvedAt: this.clock.now() };
    this.state.errorEvents = errorEvents.with(at, resolved);
    return true;
  };

  close: JobStore['close'] = () => {
    this.closing ??= this.end();
    return this.closing;
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** As if the process had died: nothing noted is written any more. */
  abandon(): void {
    this.noted.clear();
    this.isClosed = true;
    this.closing = Promise.resolve();
  }

  private async end(): Promise<void> {
    this.flushNoted();
    this.isClosed = true;
    for (const waiter of this.waiters) waiter.refuse(closedError());
    this.waiters.clear();
    for (const feed of this.feeds) feed.finish();
    this.feeds.clear();
  }

  private read(): ModelState {
    if (this.isClosed) throw closedError();
    return this.state;
  }

  /** All that `act` does takes effect together, or none of it when it throws. */
  private write<T>(act: (draft: ModelDraft) => T): T {
    const draft = new ModelDraft(this.read(), this.clock.now(), this.recordBytes);
    const answer = this.counting(() => act(draft));
    const records = draft.state.lsn - this.state.lsn;
    if (records === 0) this.counters.absorbed++;
    else this.counters.commits++;
    this.counters.records += records;
    Object.assign(this.state, draft.state);
    for (const change of draft.changes) {
      for (const feed of this.feeds) feed.add(change);
      for (const waiter of this.waiters) {
        if (waiter.id === change.id && waiter.see(change.job)) this.waiters.delete(waiter);
      }
    }
    return answer;
  }

  /** What was noted of a job comes before the next thing done to it. */
  private writeOf<T>(
    ids: string | readonly (string | undefined)[],
    act: (draft: ModelDraft) => T,
  ): T {
    for (const id of [ids].flat()) {
      if (id !== undefined && this.noted.has(id)) {
        this.write((draft) => this.applyNoted(draft, id));
      }
    }
    return this.write(act);
  }

  private counting<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (error instanceof FlakehoundError && error.code === 'JOB_CONFLICT') {
        this.counters.conflicts++;
      }
      throw error;
    }
  }

  private flushNoted(): void {
    if (this.isClosed || this.noted.size === 0) return;
    this.write((draft) => {
      for (const id of [...this.noted.keys()]) this.applyNoted(draft, id);
    });
  }

  /** What was noted of a job that is gone is gone with it. */
  private applyNoted(draft: ModelDraft, id: string): void {
    const patch = this.noted.get(id);
    this.noted.delete(id);
    if (patch !== undefined && draft.state.jobs.has(id)) draft.update(id, patch, {});
  }

  /** Keeps what went wrong where nobody listened. */
  private note(error: unknown): void {
    const now = this.clock.now();
    const code = error instanceof FlakehoundError ? error.code : 'UNKNOWN';
    const message = error instanceof Error ? error.message : String(error);
    const { errorEvents } = this.state;
    const at = errorEvents.findIndex(
      (event) => event.code === code && event.message === message && event.resolvedAt === null,
    );
    const before = errorEvents[at];
    const event: ErrorEvent =
      before === undefined
        ? {
            id: errorEvents.length + 1,
            at: now,
            severity: 'error',
            code,
            message,
            count: 1,
            lastAt: now,
            resolvedAt: null,
          }
        : { ...before, count: before.count + 1, lastAt: now };
    this.state.errorEvents =
      before === undefined ? [...errorEvents, event] : errorEvents.with(at, event);
  }
}

function closedError(): FlakehoundError {
  return failure('STORE_CLOSED', 'the store is closed');
}
