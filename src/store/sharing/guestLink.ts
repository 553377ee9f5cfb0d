import { FlakehoundError } from '../../errors.js';
import type { JobChange } from '../../jobs/jobStore.js';
import { freezeJson } from '../../jobs/jsonValue.js';
import type { Channel } from '../../ports/channels.js';
import type { Clock } from '../../ports/clock.js';
import type { Lsn, Millis } from '../../units.js';
import {
  answer,
  asJson,
  longestItem,
  pacedMethods,
  packItems,
  revivedError,
  sendableError,
  unpackItems,
} from './messages.js';
import { receivedJob } from './sentJob.js';
import { SilenceWatch, silentIntervals } from './silenceWatch.js';

/** Whether repeating a call could do any harm. */
export type CallKind = 'read' | 'write';

/** The owner went away before the call took place: it may be made again elsewhere. */
export class OwnerGoneError extends FlakehoundError {
  constructor() {
    super('STORE_CLOSED', 'the owner of the store went away before it took the call', {
      hint: 'open the store again, then repeat the call',
    });
  }
}

interface Call {
  readonly kind: CallKind;
  readonly method: string;
  readonly isPaced: boolean;
  /** Of an `update`: its answer leaves out what they say. */
  readonly args: readonly unknown[] | undefined;
  isSent: boolean;
  pieces: string;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Takes a batch of changes; the next comes when it is done with this one. */
export type Hear = (changes: readonly JobChange[]) => void | Promise<void>;

interface Hearer {
  readonly hear: Hear;
  last: Promise<void>;
  /** LSN of the last change that was heard. */
  heard: Lsn;
}

/** The owner hands on changes ten times a second; what takes longer than that isn't waited for. */
const longestDrain: Millis = 250;

/** Whom a guest is linked to. */
export interface LinkedOwner {
  readonly pid: number;
  /** It is asked for a sign of life so often while something is awaited, and given up after some of these. */
  readonly patience: Millis;
}

/** The guest's end of the channel to the owner: calls go out once a turn, all in one message. */
export class GuestLink {
  private readonly channel: Channel;
  private readonly clock: Clock;
  private readonly owner: LinkedOwner;
  private readonly watch: SilenceWatch;
  private readonly calls = new Map<number, Call>();
  private readonly hearers = new Map<number, Hearer>();
  private outbox: { readonly id: number; readonly item: string }[] = [];
  private lastId = 0;
  /** Paced calls that were answered, ever. */
  private answered = 0;
  /** Whether some were in this turn. */
  private wasAnswered = false;
  /** Whether others were made since, in the same turn, of which the owner is still to be told. */
  private follows: 'none' | 'made' | 'told' = 'none';
  /** Whether the owner waits for more. */
  private goesOn = false;
  private isGone = false;
  private isLeaving = false;
  private readonly onGone: (() => void)[] = [];
  private readonly onNews: (() => void)[] = [];

  constructor(channel: Channel, clock: Clock, owner: LinkedOwner) {
    this.channel = channel;
    this.clock = clock;
    this.owner = owner;
    this.watch = new SilenceWatch({
      clock,
      interval: owner.patience,
      isWaiting: () => this.calls.size > 0,
      // No call is waiting for the answer: that something comes is all.
      ask: () => this.put(-1, '[-1,"ping"]'),
      giveUp: () => this.giveUp(),
    });
    channel.onMessage((message) => {
      this.watch.heard();
      for (const item of unpackItems(message)) this.take(item);
    });
    channel.onClose(() => this.lose());
  }

  /** Called once, when the owner is gone. */
  whenGone(act: () => void): void {
    if (this.isGone) act();
    else this.onGone.push(act);
  }

  /**
   * Arguments are written down at once: what the caller does to them later changes nothing.
   *
   * @throws OwnerGoneError; FlakehoundError `STORE_OUTCOME_UNKNOWN`, `JOB_TOO_LARGE`, or what the
   *   owner's store threw
   */
  call(kind: CallKind, method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.isGone || this.isLeaving) return Promise.reject(new OwnerGoneError());
    const id = ++this.lastId;
    const item = JSON.stringify([id, method, ...args]);
    if (item.length > longestItem) return Promise.reject(tooLong(method, item.length));
    return new Promise((resolve, reject) => {
      const isPaced = pacedMethods.has(method);
      if (isPaced && this.wasAnswered && this.follows === 'none') this.follows = 'made';
      const kept = method === 'update' ? args : undefined;
      this.calls.set(id, {
        kind,
        method,
        isPaced,
        args: kept,
        isSent: false,
        pieces: '',
        resolve,
        reject,
      });
      if (this.calls.size === 1) {
        this.channel.hold(true);
        this.watch.begin();
      }
      this.put(id, item);
    });
  }

  /** Says what wants no answer. */
  tell(method: string, ...args: readonly unknown[]): void {
    if (!this.isGone && !this.isLeaving) this.put(0, JSON.stringify([0, method, ...args]));
  }

  /** Registers a listener for changes with the owner. Returns the end of it. */
  subscribe(hear: Hear, onRegistered: (how: unknown) => void = () => undefined): () => void {
    const id = this.lastId + 1;
    this.hearers.set(id, { hear, last: Promise.resolve(), heard: 0 });
    this.call('read', 'onChange', []).then(onRegistered, () => undefined);
    return () => {
      if (this.hearers.delete(id)) this.tell('endChange', id);
    };
  }

  /** Resolves when the writes made so far are answered. */
  async settled(): Promise<void> {
    while ([...this.calls.values()].some((call) => call.kind === 'write')) await this.news();
  }

  /** Resolves when listeners have heard of what is durable now. */
  async drained(): Promise<void> {
    if (this.hearers.size === 0 || this.isGone) return;
    const { lsn } = (await this.call('read', 'health', [])) as { lsn: Lsn };
    // The last record may be one that listeners aren't told of, such as a log entry.
    let isOver = false;
    const cancel = this.clock.after(longestDrain, () => {
      isOver = true;
      this.wake();
    });
    while (!isOver && !this.isGone && [...this.hearers.values()].some(({ heard }) => heard < lsn)) {
      await this.news();
    }
    cancel();
  }

  close(): void {
    this.send();
    this.channel.close();
  }

  private news(): Promise<void> {
    return new Promise((resolve) => {
      this.onNews.push(resolve);
    });
  }

  private put(id: number, item: string): void {
    if (this.outbox.push({ id, item }) === 1) this.clock.soon(() => this.send());
  }

  private send(): void {
    if (this.isGone || this.outbox.length === 0) return;
    if (this.follows === 'made') this.sayPace(true);
    const items = this.outbox;
    this.outbox = [];
    for (const { id } of items) {
      const call = this.calls.get(id);
      if (call !== undefined) call.isSent = true;
    }
    for (const message of packItems(items.map(({ item }) => item))) this.channel.send(message);
  }

  private pacedAnswer(): void {
    this.answered++;
    if (this.wasAnswered) return;
    this.wasAnswered = true;
    this.follows = 'none';
    this.clock.soon(() => {
      this.wasAnswered = false;
      if (this.goesOn && this.follows === 'none' && !this.isLeaving) this.sayPace(false);
    });
  }

  /** Says whether calls followed answers at once: if so, the owner waits for those that follow the next. */
  private sayPace(goesOn: boolean): void {
    this.goesOn = goesOn;
    if (goesOn) this.follows = 'told';
    this.put(0, `[0,"pace",${this.answered},${goesOn ? 1 : 0}]`);
  }

  private take(item: readonly unknown[]): void {
    const [id, kind, value] = item;
    if (typeof id !== 'number') return;
    if (kind === answer.bye) {
      this.sayLeave();
      return;
    }
    if (kind === answer.changes) {
      const hearer = this.hearers.get(id);
      if (hearer === undefined) return;
      const changes = freezeJson(asJson(value)) as unknown as readonly JobChange[];
      hearer.last = hearer.last
        .then(() => hearer.hear(changes))
        .catch((error: unknown) => this.tell('complain', sendableError(error)))
        .then(() => {
          hearer.heard = changes.at(-1)?.lsn ?? hearer.heard;
          this.tell('taken', id);
          this.wake();
        });
      return;
    }
    const call = this.calls.get(id);
    if (call === undefined) return;
    if (kind === answer.piece) {
      call.pieces += String(value);
      return;
    }
    this.calls.delete(id);
    if (call.isPaced) this.pacedAnswer();
    if (this.calls.size === 0) this.channel.hold(false);
    if (kind === answer.answered) call.resolve(freezeJson(asJson(value)));
    else if (kind === answer.job) call.resolve(receivedJob(item, 2, call.args));
    else if (kind === answer.lastPiece) {
      call.resolve(freezeJson(JSON.parse(call.pieces + String(value))));
    } else if (kind === answer.failed) {
      call.reject(revivedError(value as Parameters<typeof revivedError>[0]));
    } else call.reject(new OwnerGoneError());
    this.wake();
  }

  /** What wasn't sent is for the next owner; what was is answered yet. */
  private sayLeave(): void {
    this.isLeaving = true;
    for (const { id } of this.outbox.splice(0)) {
      this.calls.get(id)?.reject(new OwnerGoneError());
      this.calls.delete(id);
    }
    this.channel.send(Buffer.from('[[0,"leave"]]'));
    this.wake();
  }

  /** The owner runs and says nothing. What it was sent it may do yet, once it goes on. */
  private giveUp(): void {
    const { pid, patience } = this.owner;
    const silent = `process ${pid}, the owner of the store, has said nothing for ${silentIntervals * patience} ms`;
    this.lose((method) =>
      outcomeUnknown(`${silent}: ${method} may have taken place, may yet, or not`, pid),
    );
    this.channel.close();
  }

  private lose(unknown: (method: string) => FlakehoundError = wentAway): void {
    if (this.isGone) return;
    this.isGone = true;
    this.outbox = [];
    this.hearers.clear();
    for (const call of this.calls.values()) {
      const mayHaveHappened = call.isSent && call.kind === 'write';
      call.reject(mayHaveHappened ? unknown(call.method) : new OwnerGoneError());
    }
    this.calls.clear();
    for (const act of this.onGone.splice(0)) act();
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.onNews.splice(0)) resolve();
  }
}

const wentAway = (method: string): FlakehoundError =>
  outcomeUnknown(
    `the owner of the store went away during ${method}: it may have taken place or not`,
  );

function outcomeUnknown(message: string, stopped?: number): FlakehoundError {
  const first =
    stopped === undefined ? '' : `end process ${stopped}, or let it go on: kill -CONT ${stopped}; `;
  return new FlakehoundError('STORE_OUTCOME_UNKNOWN', message, {
    hint: `${first}read the job to see, then repeat the call if it did not take place`,
  });
}

function tooLong(method: string, length: number): FlakehoundError {
  return new FlakehoundError(
    'JOB_TOO_LARGE',
    `${method} has ${length} characters of arguments, ${longestItem} may be sent to the owner`,
    { hint: 'keep large data in a file and its path in the job' },
  );
}
