import { FlakehoundError } from '../../errors.js';
import type { Job, JobPatch } from '../../jobs/job.js';
import type { JobChange, JobStore } from '../../jobs/jobStore.js';
import type { Channel } from '../../ports/channels.js';
import type { Files } from '../../ports/files.js';
import type { Lsn } from '../../units.js';
import type { PacedGuest } from './guestPace.js';
import {
  answer,
  longestItem,
  pacedMethods,
  packItems,
  protocolVersion,
  revivedError,
  type SentError,
  sendableError,
  unpackItems,
} from './messages.js';
import { sentJob } from './sentJob.js';

/** What guests may call as it is. */
const forwarded: ReadonlySet<string> = new Set([
  'create',
  'get',
  'list',
  'count',
  'update',
  'transition',
  'cancel',
  'remove',
  'group',
  'waitFor',
  'appendLog',
  'logs',
  'recentLogs',
  'prune',
  'checkpoint',
  'backup',
  'health',
  'errorEvents',
  'resolveErrorEvent',
]);

const jobMethods: ReadonlySet<string> = new Set([
  'create',
  'get',
  'update',
  'transition',
  'waitFor',
]);

/** The store that guests are served from. */
export interface ServedStore {
  readonly store: JobStore;
  readonly epoch: number;
  readonly files: Files;
  /** Keeps a failure that a guest's caller didn't wait for. */
  readonly noteError?: ((error: Error) => void) | undefined;
  /** The changes that a guest missed while it had no owner. */
  readonly changesSince?: ((lsn: Lsn) => Promise<readonly JobChange[]> | undefined) | undefined;
}

type Item = readonly unknown[];

/** A guest's listener for changes: how to end it, and how to say that it took a batch. */
interface Listening {
  end: () => void;
  taken: () => void;
}

const nothing = (): void => undefined;

/** One guest, as its owner sees it. */
export class Guest {
  private readonly channel: Channel;
  private readonly paced: PacedGuest;
  private served: ServedStore | undefined;
  private early: Item[] | undefined = [];
  private outbox: string[] = [];
  private isRefusing = false;
  private hasLeft = false;
  private underWay = 0;
  private onIdle: (() => void) | undefined;
  private readonly listeners = new Map<number, Listening>();

  constructor(channel: Channel, paced: PacedGuest) {
    this.channel = channel;
    this.paced = paced;
    channel.onMessage((message) => {
      paced.speak();
      for (const item of unpackItems(message)) {
        if (this.early !== undefined) this.early.push(item);
        else this.take(item);
      }
    });
  }

  serve(served: ServedStore): void {
    this.served = served;
    const early = this.early ?? [];
    this.early = undefined;
    for (const item of early) this.take(item);
  }

  /** Waiting for a job is no work under way: it may last. */
  refuse(): Promise<void> {
    this.isRefusing = true;
    this.put(`[0,${answer.bye}]`);
    for (const listener of this.listeners.values()) listener.end();
    return new Promise((resolve) => {
      this.onIdle = resolve;
      this.checkIdle();
    });
  }

  leave(): void {
    this.paced.leave();
    this.hasLeft = true;
    this.checkIdle();
    for (const { end, taken } of this.listeners.values()) {
      end();
      taken();
    }
    this.listeners.clear();
  }

  private take(item: Item): void {
    const [id, method] = item;
    if (typeof id !== 'number' || typeof method !== 'string' || this.served === undefined) return;
    if (method === 'leave') {
      this.paced.leave();
      this.hasLeft = true;
      this.checkIdle();
      return;
    }
    if (method === 'pace') {
      this.paced.hear(Number(item[2]), item[3] === 1);
      return;
    }
    if (this.isRefusing) {
      this.put(`[${id},${answer.refused}]`);
      return;
    }
    const args = item.slice(2);
    // JSON turns what was left out into null; no call takes null for an argument.
    for (let at = 0; at < args.length; at++) if (args[at] === null) args[at] = undefined;
    const isWork = method !== 'waitFor';
    const isPaced = pacedMethods.has(method);
    if (isWork) this.underWay++;
    this.call(this.served, id, method, args).then(
      (value) => {
        if (isPaced) this.paced.answer();
        if (id !== 0) this.putResult(id, method, args, value);
        if (isWork) this.ended();
      },
      (error: unknown) => {
        if (isPaced) this.paced.answer();
        if (id !== 0) this.putFailure(id, error);
        else this.served?.noteError?.(error instanceof Error ? error : new Error(String(error)));
        if (isWork) this.ended();
      },
    );
  }

  private call(served: ServedStore, id: number, method: string, args: unknown[]): Promise<unknown> {
    if (forwarded.has(method)) {
      // The names in `forwarded` are methods of a store; it checks its arguments itself.
      const store = served.store as unknown as Record<
        string,
        (...a: unknown[]) => Promise<unknown>
      >;
      return store[method]!(...args);
    }
    return this.special(served, id, method, args);
  }

  private async special(
    { store, epoch, files, noteError, changesSince }: ServedStore,
    id: number,
    method: string,
    args: unknown[],
  ): Promise<unknown> {
    switch (method) {
      case 'hello': {
        const [version, proof] = args;
        if (version !== protocolVersion) throw otherVersion(version);
        const isHere =
          typeof proof !== 'string' ||
          (/^hello-[0-9a-f]+$/.test(proof) && files.existsNow(files.join(store.dir, proof)));
        return { epoch, isHere };
      }
      case 'ping':
        return null;
      case 'note':
        return store.updateLater(args[0] as string, args[1] as JobPatch);
      case 'notes': {
        for (const [of, patch] of args[0] as [string, JobPatch][]) store.updateLater(of, patch);
        return store.flush();
      }
      case 'complain':
        return noteError?.(revivedError(args[0] as SentError));
      case 'changesSince':
        return (await changesSince?.(args[0] as Lsn)) ?? [];
      case 'onChange': {
        this.listen(store, id);
        return null;
      }
      case 'taken':
        return this.listeners.get(args[0] as number)?.taken();
      case 'endChange': {
        this.listeners.get(args[0] as number)?.end();
        this.listeners.get(args[0] as number)?.taken();
        this.listeners.delete(args[0] as number);
        return null;
      }
      default:
        throw otherVersion(method);
    }
  }

  /** The store waits until the guest has taken a batch, as it does for a slow listener of its own. */
  private listen(store: JobStore, id: number): void {
    const listener: Listening = { end: nothing, taken: nothing };
    this.listeners.set(id, listener);
    listener.end = store.onChange(
      (changes: readonly JobChange[]) =>
        new Promise<void>((resolve) => {
          listener.taken = resolve;
          for (const part of partsOf(changes)) this.put(`[${id},${answer.changes},${part}]`);
        }),
    );
  }

  private putResult(id: number, method: string, args: readonly unknown[], value: unknown): void {
    if (jobMethods.has(method) && value !== undefined) {
      // These methods answer with a job, and the second argument of `update` is a patch.
      const patch = method === 'update' ? (args[1] as JobPatch) : undefined;
      const members = sentJob(value as Job, patch);
      if (members.length < longestItem / 2) {
        this.put(`[${id},${answer.job},${members}]`);
        return;
      }
    }
    const json = JSON.stringify(value) ?? 'null';
    if (json.length < longestItem / 2) {
      this.put(`[${id},${answer.answered},${json}]`);
      return;
    }
    const step = longestItem / 4;
    for (let at = 0; at < json.length; at += step) {
      const kind = at + step < json.length ? answer.piece : answer.lastPiece;
      this.put(`[${id},${kind},${JSON.stringify(json.slice(at, at + step))}]`);
    }
  }

  private putFailure(id: number, error: unknown): void {
    // A store that closes did not do it; the next owner may.
    const isClosed = error instanceof FlakehoundError && error.code === 'STORE_CLOSED';
    this.put(
      isClosed
        ? `[${id},${answer.refused}]`
        : `[${id},${answer.failed},${JSON.stringify(sendableError(error))}]`,
    );
  }

  private put(item: string): void {
    if (this.outbox.push(item) === 1) void this.sendSoon();
  }

  /**
   * Sends once the answers of one commit are all here. Not in another turn of the event loop: the
   * next commit, which holds it, might come first.
   */
  private async sendSoon(): Promise<void> {
    for (let hop = 0; hop < 4; hop++) await undefined;
    this.send();
  }

  private send(): void {
    if (this.outbox.length === 0) return;
    const items = this.outbox;
    this.outbox = [];
    for (const message of packItems(items)) this.channel.send(message);
    this.checkIdle();
  }

  private ended(): void {
    // With nothing else under way there is nothing to wait for: the guest goes on the sooner.
    if (--this.underWay === 0) this.send();
    this.checkIdle();
  }

  private checkIdle(): void {
    const isIdle = this.underWay === 0 && this.outbox.length === 0;
    if (isIdle && this.hasLeft) this.onIdle?.();
  }
}

/** Batches that fit into a message. */
function partsOf(changes: readonly JobChange[]): string[] {
  const json = JSON.stringify(changes);
  if (json.length < longestItem / 2 || changes.length === 1) return [json];
  const middle = changes.length >> 1;
  return [...partsOf(changes.slice(0, middle)), ...partsOf(changes.slice(middle))];
}

function otherVersion(what: unknown): FlakehoundError {
  return new FlakehoundError(
    'STORE_LOCKED',
    `the owner of the store doesn't know ${JSON.stringify(what)}: it runs another version`,
    { hint: 'let all processes that share a store use one version of flakehound' },
  );
}
