import { FlakehoundError } from '../../errors.js';
import type { JobPatch } from '../../jobs/job.js';
import type { Health, JobChange, JobStore } from '../../jobs/jobStore.js';
import { keepPatch } from '../../jobs/patch.js';
import { Trackers } from '../../jobs/tracker.js';
import { checkId, checkListener } from '../../jobs/validate.js';
import type { Lsn } from '../../units.js';
import { checkTimeout } from './checkTimeout.js';
import { type Hear, OwnerGoneError } from './guestLink.js';
import { sendableError } from './messages.js';
import { type GuestRole, type OwnerRole, type SharingRequest, takeRole } from './takeRole.js';

type Role = OwnerRole | GuestRole;

/** A listener for changes, which stays while owners come and go. */
interface Hearing {
  readonly hear: Hear;
  /** What was durable when it began to listen; `undefined` until that is known. */
  from: Lsn | undefined;
  /** The last change that it heard of. */
  heard: Lsn;
  end: () => void;
}

/**
 * Opens a store that other processes may use too.
 *
 * @throws FlakehoundError `STORE_LOCKED`, `STORE_LOCK`, or what `openOwner` throws
 */
export async function sharedStore(request: SharingRequest): Promise<SharedStore> {
  const store = new SharedStore(request);
  await store.enter();
  return store;
}

/**
 * A store that this process owns or is a guest of, and that outlives its owner: when that one goes,
 * one of the guests takes over. Calls which the old owner certainly didn't take, and all reads, are
 * made again; a write whose fate nobody knows rejects with `STORE_OUTCOME_UNKNOWN`. Waiting for a
 * job goes on, and listeners are told what they missed, as far as the log still has it.
 */
export class SharedStore implements JobStore {
  readonly dir: string;
  private readonly request: SharingRequest;
  private readonly trackers = new Trackers(this, (_, error) => this.complain(error));
  private readonly hearings = new Set<Hearing>();
  private role: Role | undefined;
  private entering: Promise<Role> | undefined;
  private notes = new Map<string, JobPatch>();
  private closing: Promise<void> | undefined;
  private isClosed = false;
  private lastHealth: Health | undefined;

  constructor(request: SharingRequest) {
    this.request = request;
    this.dir = request.dir;
  }

  create: JobStore['create'] = (job) => this.on((store) => store.create(job));
  get: JobStore['get'] = (id) => {
    const own = this.own();
    return own === undefined ? this.onAny((store) => store.get(id)) : own.get(id);
  };
  list: JobStore['list'] = (filter) => this.on((store) => store.list(filter));
  count: JobStore['count'] = (filter) => this.on((store) => store.count(filter));
  update: JobStore['update'] = (id, patch, when) => {
    const own = this.own();
    if (own !== undefined) return own.update(id, patch, when);
    return this.onAny((store) => store.update(id, patch, when));
  };
  transition: JobStore['transition'] = (id, to, details) =>
    this.on((store) => store.transition(id, to, details));
  cancel: JobStore['cancel'] = (id) => this.on((store) => store.cancel(id));
  remove: JobStore['remove'] = (id, when) => this.on((store) => store.remove(id, when));
  group: JobStore['group'] = (steps) => this.on((store) => store.group(steps));
  flush: JobStore['flush'] = () => this.on((store) => store.flush());
  appendLog: JobStore['appendLog'] = (id, entry) => this.on((store) => store.appendLog(id, entry));
  logs: JobStore['logs'] = (id, how) => this.on((store) => store.logs(id, how));
  recentLogs: JobStore['recentLogs'] = (limit) => this.on((store) => store.recentLogs(limit));
  prune: JobStore['prune'] = (rule) => this.on((store) => store.prune(rule));
  checkpoint: JobStore['checkpoint'] = () => this.on((store) => store.checkpoint());
  backup: JobStore['backup'] = (path) => this.on((store) => store.backup(path));
  errorEvents: JobStore['errorEvents'] = (how) => this.on((store) => store.errorEvents(how));
  resolveErrorEvent: JobStore['resolveErrorEvent'] = (id) =>
    this.on((store) => store.resolveErrorEvent(id));
  track: JobStore['track'] = (id) => this.trackers.track(id);

  waitFor: JobStore['waitFor'] = async (id, statuses, { timeout } = {}) => {
    checkTimeout(timeout);
    const { clock } = this.request.platform;
    const until = timeout === undefined ? undefined : clock.elapsed() + timeout;
    return this.on((store) =>
      store.waitFor(
        id,
        statuses,
        until === undefined ? {} : { timeout: Math.max(0, until - clock.elapsed()) },
      ),
    );
  };

  updateLater: JobStore['updateLater'] = (id, patch) => {
    this.checkOpen();
    if (this.role !== undefined) {
      this.role.store.updateLater(id, patch);
      return;
    }
    checkId(id);
    this.notes.set(id, { ...this.notes.get(id), ...keepPatch(patch) });
  };

  onChange: JobStore['onChange'] = (listener) => {
    this.checkOpen();
    checkListener(listener);
    const hearing: Hearing = { hear: listener, from: undefined, heard: 0, end: () => undefined };
    this.hearings.add(hearing);
    if (this.role !== undefined) this.attach(hearing, this.role);
    return () => {
      this.hearings.delete(hearing);
      hearing.end();
    };
  };

  health: JobStore['health'] = async () => {
    if (this.closing === undefined) return this.on((store) => store.health());
    await this.closing;
    if (this.lastHealth === undefined) throw closed(this.dir);
    return { ...this.lastHealth, status: 'closed' };
  };

  close: JobStore['close'] = () => {
    this.closing ??= this.leave();
    return this.closing;
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Takes a role, unless it has one or is about to. */
  enter(): Promise<Role> {
    this.entering ??= takeRole(this.request).then(
      (role) => {
        this.entering = undefined;
        this.adopt(role);
        return role;
      },
      (error: unknown) => {
        this.entering = undefined;
        throw error;
      },
    );
    return this.entering;
  }

  /** Makes a call; the owner's own go straight to the store, for they are many. */
  private on<T>(act: (store: JobStore) => Promise<T>): Promise<T> {
    const own = this.own();
    return own === undefined ? this.onAny(act) : act(own);
  }

  private own(): JobStore | undefined {
    const { role } = this;
    return role?.kind === 'owner' && !this.isClosed ? role.store : undefined;
  }

  /** Makes a call, again with each new owner, until one has taken it. */
  private async onAny<T>(act: (store: JobStore) => Promise<T>): Promise<T> {
    for (;;) {
      this.checkOpen();
      const role = this.role ?? (await this.enter());
      try {
        return await act(role.store);
      } catch (error) {
        if (!(error instanceof OwnerGoneError) || role.kind === 'owner') throw error;
        await this.parted(role);
      }
    }
  }

  /** An owner that is closing refuses calls first, and goes a little later. */
  private async parted({ link }: GuestRole): Promise<void> {
    const cancel = this.request.platform.clock.after(this.request.patience, () => link.close());
    await new Promise<void>((resolve) => link.whenGone(resolve));
    cancel();
  }

  private adopt(role: Role): void {
    this.role = role;
    const { notes } = this;
    this.notes = new Map();
    for (const [id, patch] of notes) role.store.updateLater(id, patch);
    for (const hearing of this.hearings) this.attach(hearing, role);
    // Last: a link that is gone already calls at once, and what was noted is taken back.
    if (role.kind === 'guest') role.link.whenGone(() => this.lose(role));
  }

  private lose(role: GuestRole): void {
    if (this.role !== role) return;
    this.role = undefined;
    // What nobody acknowledged is noted again: the last value of a member wins in any case.
    for (const [id, patch] of role.store.takeNotes()) {
      this.notes.set(id, { ...patch, ...this.notes.get(id) });
    }
    // Whoever waits for an answer sees the failure; the next call tries again.
    if (!this.isClosed) this.enter().catch(() => undefined);
  }

  /** Live changes wait until those that were missed are told; none is told twice. */
  private attach(hearing: Hearing, role: Role): void {
    const tell = async (changes: readonly JobChange[]): Promise<void> => {
      const fresh = changes.filter(({ lsn }) => lsn > hearing.heard);
      if (fresh.length === 0 || !this.hearings.has(hearing)) return;
      await hearing.hear(fresh);
      hearing.heard = fresh.at(-1)?.lsn ?? hearing.heard;
    };
    let before: Promise<void> = Promise.resolve();
    hearing.end = role.store.onChange(async (changes) => {
      await before;
      await tell(changes);
    });
    before = this.missed(hearing, role).then(tell, () => undefined);
  }

  private async missed(hearing: Hearing, role: Role): Promise<readonly JobChange[]> {
    if (hearing.from === undefined) {
      hearing.from = (await role.store.health()).lsn;
      return [];
    }
    const heard = Math.max(hearing.from, hearing.heard);
    if (role.kind === 'owner') {
      return (await this.request.changesSince?.(role.store, heard)) ?? [];
    }
    return (await role.link.call('read', 'changesSince', [heard])) as readonly JobChange[];
  }

  private complain(error: unknown): void {
    const failure = error instanceof Error ? error : new Error(String(error));
    if (this.role?.kind === 'owner') this.request.noteError?.(this.role.store, failure);
    else this.role?.link.tell('complain', sendableError(error));
  }

  private async leave(): Promise<void> {
    await this.trackers.settled();
    this.isClosed = true;
    // Noted changes are promised: without an owner one is looked for.
    const role = this.role ?? (await (this.notes.size > 0 ? this.enter() : this.entering));
    if (role === undefined) return;
    try {
      if (role.kind === 'owner') await role.leave();
      else await this.leaveAsGuest(role);
    } finally {
      this.lastHealth = await role.store.health().catch(() => undefined);
    }
  }

  private async leaveAsGuest(role: GuestRole): Promise<void> {
    try {
      await role.store.close();
    } catch (error) {
      if (!(error instanceof OwnerGoneError)) throw error;
      await this.parted(role);
      if (this.notes.size === 0) return;
      const next = await this.enter();
      await (next.kind === 'owner' ? next.leave() : next.store.close());
    }
  }

  private checkOpen(): void {
    if (this.isClosed) throw closed(this.dir);
  }
}

function closed(dir: string): FlakehoundError {
  return new FlakehoundError('STORE_CLOSED', `the store in ${dir} is closed`, {
    hint: 'open it again',
  });
}
