import { FlakehoundError } from '../../errors.js';
import type { Job, JobPatch } from '../../jobs/job.js';
import type {
  GroupStep,
  Health,
  IfVersion,
  JobStore,
  TransitionDetails,
} from '../../jobs/jobStore.js';
import { keepJson } from '../../jobs/jsonValue.js';
import { keepPatch } from '../../jobs/patch.js';
import { Trackers } from '../../jobs/tracker.js';
import {
  checkId,
  checkIfVersion,
  checkNewJob,
  checkSteps,
  keepDetails,
  keepLogEntry,
} from '../../jobs/validate.js';
import type { Clock } from '../../ports/clock.js';
import type { Millis } from '../../units.js';
import { checkFilter } from '../filters.js';
import { checkTimeout } from './checkTimeout.js';
import type { GuestLink } from './guestLink.js';
import { sendableError } from './messages.js';

/** What a guest's store is made of. */
export interface GuestStoreParts {
  readonly dir: string;
  readonly link: GuestLink;
  readonly clock: Clock;
  /** How long `updateLater` may wait. */
  readonly flush: Millis;
}

/** The owner is asked again so often while a job is waited for: a guest that died is forgotten by then. */
const longestWait: Millis = 30_000;

/** A store whose owner is another process. */
export class GuestStore implements JobStore {
  readonly dir: string;
  private readonly link: GuestLink;
  private readonly clock: Clock;
  private readonly parts: GuestStoreParts;
  private readonly trackers = new Trackers(this, (_, error) => this.complain(error));
  private noted = new Map<string, JobPatch>();
  /** Sent by a flush that isn't acknowledged. */
  private inFlight = new Map<string, JobPatch>();
  private flushing: Promise<unknown> = Promise.resolve();
  private closing: Promise<void> | undefined;
  private isClosed = false;
  private lastHealth: Health | undefined;

  constructor(parts: GuestStoreParts) {
    this.parts = parts;
    this.dir = parts.dir;
    this.link = parts.link;
    this.clock = parts.clock;
  }

  create: JobStore['create'] = async (job) => {
    checkNewJob(job);
    const kept = job.data === undefined ? {} : { data: keepJson(job.data, 'data') };
    return this.write('create', { ...job, ...kept });
  };

  get: JobStore['get'] = async (id) => (await this.read<Job | null>('get', id)) ?? undefined;

  list: JobStore['list'] = async (filter = {}) => {
    checkFilter(filter);
    const { limit, ...rest } = filter;
    return this.read('list', limit === Number.POSITIVE_INFINITY ? rest : filter);
  };

  count: JobStore['count'] = async (filter = {}) => {
    checkFilter(filter);
    return this.read('count', filter);
  };

  update: JobStore['update'] = async (id, patch, when = {}) => {
    const kept = keepPatch(patch);
    return this.writeOf(id, 'update', kept, sentWhen(when));
  };

  transition: JobStore['transition'] = async (id, to, details = {}) => {
    const kept = sentDetails(details);
    return this.writeOf(id, 'transition', to, kept);
  };

  cancel: JobStore['cancel'] = async (id) => this.writeOf(id, 'cancel');

  remove: JobStore['remove'] = async (id, when = {}) => this.writeOf(id, 'remove', sentWhen(when));

  group: JobStore['group'] = async (steps) => {
    checkSteps(steps);
    const kept = steps.map(sentStep);
    for (const { id } of steps) if (id !== undefined) this.sendNote(id);
    const written = this.write<Awaited<ReturnType<JobStore['group']>>>('group', kept);
    for (const { id } of steps) {
      if (id !== undefined && this.inFlight.has(id)) this.overtake(id, written);
    }
    return written;
  };

  updateLater: JobStore['updateLater'] = (id, patch) => {
    this.checkOpen();
    checkId(id);
    const kept = keepPatch(patch);
    if (this.noted.size === 0) {
      this.clock.after(this.parts.flush, () => {
        if (!this.isClosed) this.flush().catch((error: unknown) => this.complain(error));
      });
    }
    this.noted.set(id, { ...this.noted.get(id), ...kept });
  };

  flush: JobStore['flush'] = async () => {
    this.checkOpen();
    await this.flushNoted();
  };

  track: JobStore['track'] = (id) => this.trackers.track(id);

  waitFor: JobStore['waitFor'] = async (id, statuses, { timeout } = {}) => {
    checkTimeout(timeout);
    const until = timeout === undefined ? undefined : this.clock.elapsed() + timeout;
    for (;;) {
      const left = until === undefined ? Number.POSITIVE_INFINITY : until - this.clock.elapsed();
      const slice = { timeout: Math.max(0, Math.min(longestWait, left)) };
      try {
        return await this.read<Job>('waitFor', id, statuses, slice);
      } catch (error) {
        if (left <= longestWait || codeOf(error) !== 'JOB_WAIT_TIMEOUT') throw error;
      }
    }
  };

  onChange: JobStore['onChange'] = (listener) => {
    this.checkOpen();
    return this.link.subscribe(listener);
  };

  appendLog: JobStore['appendLog'] = async (id, entry) => {
    const kept = keepLogEntry(entry);
    return this.writeOf(id, 'appendLog', kept);
  };

  logs: JobStore['logs'] = async (id, how = {}) => this.read('logs', id, how);

  recentLogs: JobStore['recentLogs'] = async (limit) => this.read('recentLogs', limit);

  prune: JobStore['prune'] = async (rule) => this.write('prune', rule);

  checkpoint: JobStore['checkpoint'] = async () => void (await this.read('checkpoint'));

  backup: JobStore['backup'] = async (path) => this.read('backup', path);

  health: JobStore['health'] = async () => {
    if (!this.isClosed) this.lastHealth = await this.read<Health>('health');
    if (this.lastHealth === undefined) return this.checkOpen() as never;
    return { ...this.lastHealth, role: 'guest', ...(this.isClosed ? { status: 'closed' } : {}) };
  };

  errorEvents: JobStore['errorEvents'] = async (how = {}) => this.read('errorEvents', how);

  resolveErrorEvent: JobStore['resolveErrorEvent'] = async (id) =>
    this.write('resolveErrorEvent', id);

  close: JobStore['close'] = async () => {
    this.closing ??= this.end();
    return this.closing;
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What `updateLater` noted and the owner didn't acknowledge; from now on it is the caller's. */
  takeNotes(): ReadonlyMap<string, JobPatch> {
    const notes = new Map([...this.inFlight, ...this.noted]);
    for (const [id, patch] of this.inFlight) notes.set(id, { ...patch, ...this.noted.get(id) });
    this.noted = new Map();
    this.inFlight = new Map();
    return notes;
  }

  private async end(): Promise<void> {
    await this.trackers.settled();
    try {
      await this.flushNoted();
      // What `health` says of a closed store.
      await this.health().catch(() => undefined);
    } finally {
      this.isClosed = true;
      await this.link.settled();
      await this.link.drained().catch(() => undefined);
      this.link.close();
    }
  }

  private async flushNoted(): Promise<void> {
    // The earlier flush may still be on its way; this one promises what it held as well.
    const before = this.flushing;
    if (this.noted.size > 0) {
      const notes = this.noted;
      this.noted = new Map();
      this.inFlight = new Map([...this.inFlight, ...notes]);
      this.flushing = this.link.call('write', 'notes', [[...notes]]).then(() => {
        for (const [id, patch] of notes)
          if (this.inFlight.get(id) === patch) this.inFlight.delete(id);
      });
      this.flushing.catch(() => undefined);
    } else if (this.inFlight.size === 0) {
      // Notes sent ahead of other calls wait in the owner's store.
      await this.link.call('write', 'notes', [[]]);
    }
    await before.catch(() => undefined);
    await this.flushing;
  }

  private async read<T>(method: string, ...args: readonly unknown[]): Promise<T> {
    this.checkOpen();
    // What the owner's store answers has the type that its interface says.
    return (await this.link.call('read', method, args)) as T;
  }

  private async write<T>(method: string, ...args: readonly unknown[]): Promise<T> {
    this.checkOpen();
    return (await this.link.call('write', method, args)) as T;
  }

  private writeOf<T>(id: string, method: string, ...args: readonly unknown[]): Promise<T> {
    this.sendNote(id);
    const written = this.write<T>(method, id, ...args);
    if (this.inFlight.has(id)) this.overtake(id, written);
    return written;
  }

  /** With a write all that was noted of its job before is acknowledged: the next owner needn't be told. */
  private overtake(id: string, written: Promise<unknown>): void {
    const patch = this.inFlight.get(id);
    written.then(
      () => {
        if (this.inFlight.get(id) === patch) this.inFlight.delete(id);
      },
      () => undefined,
    );
  }

  /** What was noted of a job comes before the next thing done to it. */
  private sendNote(id: string): void {
    const patch = this.noted.get(id);
    if (patch === undefined || this.isClosed) return;
    this.noted.delete(id);
    this.link.tell('note', id, patch);
  }

  private complain(error: unknown): void {
    this.link.tell('complain', sendableError(error));
  }

  private checkOpen(): void {
    if (!this.isClosed) return;
    throw new FlakehoundError('STORE_CLOSED', `the store in ${this.dir} is closed`, {
      hint: 'open it again',
    });
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof FlakehoundError ? error.code : undefined;

function sentWhen({ ifVersion }: IfVersion): IfVersion {
  checkIfVersion(ifVersion);
  return ifVersion === undefined ? {} : { ifVersion };
}

const sentDetails = (details: TransitionDetails): TransitionDetails => ({
  ...keepDetails(details),
  ...sentWhen(details),
});

/** A step as JSON can say it; what it can't say would reach the owner as something else. */
function sentStep(step: GroupStep): GroupStep {
  switch (step.kind) {
    case 'create':
      return step.data === undefined ? step : { ...step, data: keepJson(step.data, 'data') };
    case 'update':
      return { ...step, patch: keepPatch(step.patch) };
    case 'transition':
      return { kind: step.kind, id: step.id, to: step.to, ...sentDetails(step) };
    case 'log':
      return { kind: step.kind, id: step.id, ...keepLogEntry(step) };
    default:
      return step;
  }
}
