import type { WriteAheadLog } from '../engine/log/writeAheadLog.js';
import { JobLists, type ListQuery } from '../engine/state/jobLists.js';
import type { RecentState } from '../engine/state/recentState.js';
import { FlakehoundError } from '../errors.js';
import { ChangeFeed } from '../jobs/changes.js';
import { DirtySet } from '../jobs/dirtySet.js';
import type { Job, JobPatch, LogEntry } from '../jobs/job.js';
import type { JobChange, JobFilter, JobStore, PruneResult, PruneRule } from '../jobs/jobStore.js';
import { keepPatch } from '../jobs/patch.js';
import { Trackers } from '../jobs/tracker.js';
import { checkId, checkSteps } from '../jobs/validate.js';
import { Waiters } from '../jobs/waiting.js';
import type { Cancel } from '../ports/clock.js';
import type { Lsn } from '../units.js';
import { backUpStore } from './backUp.js';
import { changesSince } from './changesSince.js';
import { Checkpointer } from './checkpointer.js';
import { closed } from './closed.js';
import { DirtyKeeper } from './dirtyKeeper.js';
import { checkFilter, limitOf, listQuery } from './filters.js';
import { healthOf } from './health.js';
import { LogReader } from './logReader.js';
import { type MergeResult, mergeRecovery } from './mergeRecovery.js';
import type { OwnerParts } from './ownerParts.js';
import { prune } from './prune.js';
import { revive } from './revive.js';
import { Steps } from './steps.js';
import { Writer } from './writer.js';

/** The store in the process that owns it. */
export class OwnerStore implements JobStore {
  readonly dir: string;
  readonly #parts: OwnerParts;
  readonly #state: RecentState;
  readonly #log: WriteAheadLog;
  readonly #writer: Writer;
  readonly #steps: Steps;
  readonly #lists: JobLists;
  readonly #logs: LogReader;
  readonly #feed: ChangeFeed;
  readonly #waiters: Waiters;
  readonly #trackers: Trackers;
  readonly #dirty: DirtySet;
  readonly #dirtyKeeper: DirtyKeeper;
  readonly #checkpointer: Checkpointer;
  #conflicts = 0;
  #absorbed = 0;
  /** Runs from the first commit after which a checkpoint by age was made. */
  #timer: Cancel | undefined;
  #isClosing = false;
  #isClosed = false;
  #closed: Promise<void> | undefined;

  constructor(parts: OwnerParts) {
    const { platform, settings, state, log, errors } = parts;
    const { clock } = platform;
    this.dir = parts.dir;
    this.#parts = parts;
    this.#state = state;
    this.#log = log;
    this.#writer = new Writer({
      state,
      log,
      clock,
      recordBytes: settings.limits.recordBytes,
      onCommitted: () => this.#committed(),
    });
    this.#steps = new Steps({
      state,
      writer: this.#writer,
      clock,
      random: platform.random,
      takeNoted: (id) => this.#takeNoted(id),
      onAbsorbed: () => {
        this.#absorbed++;
      },
    });
    this.#lists = new JobLists(state, settings.cacheBytes, (act) => clock.soon(act));
    this.#logs = new LogReader(state, parts.tables);
    this.#feed = new ChangeFeed({
      clock,
      onListenerError: (error) => errors.note(error, 'warning'),
    });
    this.#waiters = new Waiters(clock);
    this.#trackers = new Trackers(this, (_id, error) => errors.note(error, 'error'));
    this.#dirtyKeeper = new DirtyKeeper({
      ...parts,
      writer: this.#writer,
      steps: this.#steps,
      admit: () => this.#admit(),
    });
    this.#dirty = new DirtySet({
      clock,
      flushMs: settings.flushMs,
      write: (updates) => this.#dirtyKeeper.write(updates),
      onFailure: (error) => errors.note(error, 'error'),
    });
    this.#checkpointer = new Checkpointer({
      ...parts,
      epoch: parts.keeper.current.epoch,
      fence: () => parts.ownership?.fence(),
      carryOver: () => this.#carryOver(),
      merged: () => [...parts.merged],
    });
    if (parts.ownership !== undefined) errors.writeTo(this.#writer);
    state.onSettled(({ entry: { id }, lsn, before, job }) => {
      if (this.#feed.isHeard) this.#feed.push({ id, lsn, before, job });
      this.#waiters.changed(id, job);
    });
  }

  create: JobStore['create'] = (job) => this.#write(() => this.#steps.create(job));

  get: JobStore['get'] = (id) => {
    try {
      if (this.#isClosed) throw closed(this.dir);
      if (typeof id !== 'string') checkId(id);
      return this.#state.ask(id);
    } catch (error) {
      return Promise.reject(error);
    }
  };

  list: JobStore['list'] = async (filter = {}) => {
    this.#open();
    checkFilter(filter);
    return this.#lists.list(this.#query(filter));
  };

  count: JobStore['count'] = async (filter = {}) => {
    this.#open();
    checkFilter(filter);
    return this.#lists.count(filter);
  };

  // Written out, without a closure: the call that a busy store is given most.
  update: JobStore['update'] = (id, patch, when) => {
    try {
      if (this.#isClosing) throw closed(this.dir);
      const wait = this.#admit();
      if (wait !== undefined) return wait.then(() => this.update(id, patch, when));
      return this.#writer.settled(this.#steps.update(id, keepPatch(patch), when?.ifVersion));
    } catch (error) {
      return this.#refuse(error);
    }
  };

  transition: JobStore['transition'] = (id, to, details = {}) =>
    this.#write(() => this.#steps.transition(id, to, details));

  cancel: JobStore['cancel'] = (id) => this.#write(() => this.#steps.cancel(id));

  remove: JobStore['remove'] = (id, when) =>
    this.#write(() => this.#steps.remove(id, when?.ifVersion));

  group: JobStore['group'] = (steps) =>
    this.#write(() => {
      checkSteps(steps);
      for (const { id } of steps) if (typeof id === 'string') this.#steps.applyNoted(id);
      return this.#writer.together(() =>
        steps.map((step): Job | LogEntry | boolean => this.#steps.take(step)),
      );
    });

  updateLater(id: string, patch: JobPatch): void {
    if (this.#isClosing) throw closed(this.dir);
    checkId(id);
    this.#dirty.note(id, keepPatch(patch));
  }

  flush: JobStore['flush'] = async () => {
    this.#open();
    await this.#dirty.flush();
    await this.#writer.settled(undefined);
  };

  track: JobStore['track'] = (id) => {
    checkId(id);
    return this.#trackers.track(id);
  };

  waitFor: JobStore['waitFor'] = async (id, statuses, how = {}) => {
    this.#open();
    return await this.#waiters.wait({ id, statuses, timeout: how.timeout }, this.#state.get(id));
  };

  onChange: JobStore['onChange'] = (listener) => {
    this.#open();
    return this.#feed.subscribe(listener);
  };

  appendLog: JobStore['appendLog'] = (id, entry) => this.#write(() => this.#steps.log(id, entry));

  logs: JobStore['logs'] = async (id, how = {}) => {
    this.#open();
    return await this.#logs.of(id, limitOf(how.limit));
  };

  recentLogs: JobStore['recentLogs'] = async (limit) => {
    this.#open();
    return await this.#logs.newest(limitOf(limit));
  };

  prune = async (rule: PruneRule): Promise<PruneResult> => {
    this.#open();
    return await prune(rule, {
      clock: this.#parts.platform.clock,
      finished: (query) => this.#lists.list(this.#query(query)),
      logEntries: async (id) => (await this.#logs.of(id, Number.POSITIVE_INFINITY)).length,
      remove: (jobs) =>
        this.#write(() =>
          this.#writer.together(() => jobs.filter((job) => this.#steps.removeIfSame(job))),
        ),
    });
  };

  checkpoint: JobStore['checkpoint'] = async () => {
    this.#open();
    await this.#admit();
    await this.#checkpointer.make();
  };

  backup: JobStore['backup'] = async (path) => {
    this.#open();
    if (this.#parts.ownership !== undefined) await this.checkpoint();
    return await backUpStore(this.#parts, path);
  };

  health: JobStore['health'] = async () =>
    healthOf({
      ...this.#parts,
      isClosed: this.#isClosing,
      checkpointer: this.#checkpointer,
      conflicts: this.#conflicts,
      absorbed: this.#absorbed,
      recoveryPath: this.#dirtyKeeper.recoveryPath,
    });

  errorEvents: JobStore['errorEvents'] = async (how = {}) => {
    this.#open();
    return this.#parts.errors.list(how);
  };

  resolveErrorEvent: JobStore['resolveErrorEvent'] = (id) =>
    this.#write(() => this.#parts.errors.resolve(id));

  /** What has changed after an LSN, as far as the log has it. */
  changesSince(lsn: Lsn): Promise<readonly JobChange[]> {
    return changesSince({ ...this.#parts, durableLsn: this.#state.durableLsn }, lsn);
  }

  /** Keeps a failure that nobody waited for. */
  noteError(error: unknown): void {
    this.#parts.errors.note(error, 'error');
  }

  /** Merges recovery files, and makes a checkpoint in the background where one is due. Before the store serves anybody. */
  async mergeRecovery(): Promise<MergeResult> {
    const { keeper, recoveryFolders } = this.#parts;
    const merged = await mergeRecovery({
      ...this.#parts,
      storeId: keeper.current.storeId,
      writer: this.#writer,
      folders: recoveryFolders,
    });
    if (this.#checkpointer.isWorthwhile) this.#checkpointSoon();
    return merged;
  }

  close: JobStore['close'] = () => {
    this.#closed ??= this.#close();
    return this.#closed;
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(): void {
    if (this.#isClosing) throw closed(this.dir);
  }

  /** Writes what `act` writes, and answers when that is durable. */
  #write<T>(act: () => T): Promise<T> {
    if (this.#isClosing) return Promise.reject(closed(this.dir));
    return this.#writeNow(act);
  }

  #writeNow<T>(act: () => T): Promise<T> {
    try {
      const wait = this.#admit();
      if (wait !== undefined) return wait.then(() => this.#writeNow(act));
      return this.#writer.settled(act());
    } catch (error) {
      return this.#refuse(error);
    }
  }

  #refuse(error: unknown): Promise<never> {
    if (error instanceof FlakehoundError && error.code === 'JOB_CONFLICT') this.#conflicts++;
    return this.#writer.refused(error);
  }

  /** Something to wait for before more may be written; undefined when it may. @throws FlakehoundError why it mayn't */
  #admit(): Promise<void> | undefined {
    const { state } = this.#log;
    if (state === 'open') return this.#log.room();
    if (state !== 'readOnly' || this.#parts.ownership === undefined) {
      // Says why it takes no records.
      this.#log.group();
      return undefined;
    }
    return revive({ ...this.#parts, dir: this.dir });
  }

  #takeNoted(id: string): ReturnType<DirtySet['take']> {
    const patch = this.#dirty.take(id);
    if (patch !== undefined) {
      // Once it is in the open group; if that fails it is as if nobody had taken it.
      void Promise.resolve()
        .then(() => this.#writer.settled(undefined))
        .catch(() => this.#dirty.putBack(id, patch));
    }
    return patch;
  }

  #query(filter: JobFilter): ListQuery {
    return listQuery(filter, (id) => this.#state.seqOf(id));
  }

  #committed(): void {
    this.#parts.breaker.succeeded();
    if (this.#checkpointer.isDue) this.#checkpointSoon();
    this.#timer ??= this.#parts.platform.clock.after(
      this.#parts.settings.checkpoint.maxAgeMs,
      () => {
        this.#timer = undefined;
        this.#checkpointSoon();
      },
    );
  }

  #checkpointSoon(): void {
    if (this.#checkpointer.isRunning || this.#isClosing) return;
    this.#checkpointer.make().catch((error: unknown) => this.#parts.errors.note(error, 'error'));
  }

  async #carryOver(): Promise<void> {
    this.#writer.together(() => {
      this.#parts.errors.carryOver(this.#writer);
    });
    await this.#writer.settled(undefined);
  }

  async #close(): Promise<void> {
    await this.#trackers.settled();
    this.#isClosing = true;
    this.#timer?.();
    this.#dirty.stop();
    const { tables, ownership, keeper } = this.#parts;
    let failure: unknown;
    const step = async (act: () => Promise<unknown> | undefined): Promise<void> => {
      try {
        await act();
      } catch (error) {
        failure ??= error;
      }
    };
    if (ownership !== undefined) {
      await step(() => this.#dirty.flush());
      this.#dirty.stop();
      await this.#log.quiet();
      await this.#checkpointer.idle();
      if (this.#log.state === 'open' && this.#checkpointer.isWorthwhile) {
        // Only makes the next open faster.
        await this.#checkpointer.make().catch(() => undefined);
      }
      // Its callers were told, and its successor has the manifest.
      const isFenced = this.#log.state === 'fenced';
      await step(() => this.#log.close());
      if (failure === undefined && !isFenced) {
        await step(() => keeper.change((now) => ({ ...now, clean: true })));
      }
    }
    await this.#feed.close();
    this.#waiters.close();
    this.#isClosed = true;
    await tables.close();
    await step(() => ownership?.release());
    if (failure !== undefined) throw failure;
  }
}
