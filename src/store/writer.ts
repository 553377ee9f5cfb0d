import type { WriteAheadLog } from '../engine/log/writeAheadLog.js';
import { encodeHead, encodeLogEntry, encodePut, encodeRemove } from '../engine/records.js';
import type { ByteSink, OpenGroup } from '../engine/seam.js';
import type { JobEntry } from '../engine/state/jobEntry.js';
import type { RecentState } from '../engine/state/recentState.js';
import type { FlakehoundError } from '../errors.js';
import type { Job, LogEntry } from '../jobs/job.js';
import type { KeptLogEntry } from '../jobs/validate.js';
import type { Clock } from '../ports/clock.js';
import type { Bytes, Lsn } from '../units.js';

/** What a writer writes to. */
export interface WriterParts {
  readonly state: RecentState;
  readonly log: WriteAheadLog;
  readonly clock: Clock;
  readonly recordBytes: Bytes;
  /** Called after each group that became durable, when everybody was told. */
  readonly onCommitted: () => void;
}

/** A group that isn't settled; groups settle in the order in which they were opened. */
interface Unsettled {
  readonly group: OpenGroup;
  last: Lsn;
}

/** Somebody who waits until a record is durable. */
interface Waiting {
  readonly lsn: Lsn;
  readonly answer: unknown;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: FlakehoundError) => void;
}

// A promise calls its executor at once, so one of them serves all: a closure less for each write.
let resolveTaken: (answer: never) => void;
let rejectTaken: (error: FlakehoundError) => void;
function takeSettlers<T>(resolve: (answer: T) => void, reject: (error: unknown) => void): void {
  resolveTaken = resolve;
  rejectTaken = reject;
}

/**
 * Puts records into the log's open group and the same change into the state, in one step that
 * nothing can come between; tells the state when the group is durable, or that it never happened.
 */
export class Writer {
  readonly #state: RecentState;
  readonly #log: WriteAheadLog;
  readonly #clock: Clock;
  readonly #recordBytes: Bytes;
  readonly #onCommitted: () => void;
  /** Of the last record that was given to the log. */
  #lastLsn: Lsn;
  readonly #groups: Unsettled[] = [];
  #waiting: Waiting[] = [];

  constructor({ state, log, clock, recordBytes, onCommitted }: WriterParts) {
    this.#state = state;
    this.#log = log;
    this.#clock = clock;
    this.#recordBytes = recordBytes;
    this.#onCommitted = onCommitted;
    this.#lastLsn = log.durable;
  }

  /** Whether something was written whose fate is open. */
  get isPending(): boolean {
    return this.#lastLsn > this.#log.durable;
  }

  create(job: Job): void {
    const group = this.#log.group();
    const { sink } = group;
    const start = sink.at;
    const seq = this.#state.lastSeq + 1;
    encodePut(sink, seq, job, this.#recordBytes);
    const lsn = this.#added(group);
    this.#state.create(lsn, this.#state.nextSeq(), job, sink.at - start);
  }

  change(entry: JobEntry, before: Job, job: Job): void {
    const group = this.#log.group();
    const { sink } = group;
    const start = sink.at;
    encodeHead(sink, entry.seq, { before, job }, this.#recordBytes);
    this.#state.change(this.#added(group), entry, job, sink.at - start);
  }

  remove(entry: JobEntry, before: Job): void {
    const group = this.#log.group();
    encodeRemove(group.sink, entry.seq, before.version);
    this.#state.remove(this.#added(group), entry);
  }

  append(entry: JobEntry, kept: KeptLogEntry): LogEntry {
    const { logs } = this.#state;
    const group = this.#log.group();
    const made: LogEntry = Object.freeze({
      jobId: entry.id,
      number: logs.nextNumber(entry.seq),
      at: this.#clock.now(),
      level: kept.level,
      message: kept.message,
      fields: kept.fields,
    });
    encodeLogEntry(group.sink, entry.seq, made, this.#recordBytes);
    logs.append(this.#added(group), entry.seq, made);
    return made;
  }

  /** Writes a record that is about no job. */
  other(encode: (sink: ByteSink) => void): void {
    const group = this.#log.group();
    encode(group.sink);
    this.#added(group);
  }

  /** Does all that `act` does, or nothing of it when it throws. */
  together<T>(act: () => T): T {
    const group = this.#log.group();
    const mark = group.mark();
    const lsn = this.#lastLsn;
    try {
      return act();
    } catch (error) {
      group.cutBack(mark);
      this.#lastLsn = lsn;
      this.#state.revert(lsn + 1);
      throw error;
    }
  }

  /** Answers once everything written so far is durable; rejects if it isn't. */
  settled<T>(answer: T): Promise<T> {
    if (!this.isPending) return Promise.resolve(answer);
    const promise = new Promise<T>(takeSettlers);
    this.#waiting.push({ lsn: this.#lastLsn, answer, resolve: resolveTaken, reject: rejectTaken });
    return promise;
  }

  /** Fails once everything written so far is durable: what was judged is then true. */
  async refused(error: unknown): Promise<never> {
    await this.settled(undefined);
    throw error;
  }

  #added(group: OpenGroup): Lsn {
    const lsn = group.added();
    const newest = this.#groups.at(-1);
    if (newest?.group === group) {
      newest.last = lsn;
    } else {
      this.#groups.push({ group, last: lsn });
      // The state settles before anybody is told, so that who is told sees what was written.
      group.whenSettled(this.#groupSettled);
    }
    this.#lastLsn = lsn;
    return lsn;
  }

  readonly #groupSettled = (failure: FlakehoundError | undefined): void => {
    const { durable } = this.#log;
    const upTo = this.#groups.shift()?.last ?? durable;
    if (failure === undefined) {
      this.#state.settle(durable);
      this.#tell(durable, undefined);
      this.#onCommitted();
      return;
    }
    // What followed was checked against what never happened; it fails too.
    this.#state.revert(durable + 1);
    this.#tell(upTo, failure);
    if (this.#groups.length === 0) this.#lastLsn = durable;
  };

  #tell(upTo: Lsn, failure: FlakehoundError | undefined): void {
    const waiting = this.#waiting;
    let count = 0;
    while (count < waiting.length && waiting[count]!.lsn <= upTo) count++;
    this.#waiting = count === waiting.length ? [] : waiting.slice(count);
    for (let i = 0; i < count; i++) {
      const one = waiting[i]!;
      // Each holds the answer together with the promise that was made for it.
      if (failure === undefined) one.resolve(one.answer as never);
      else one.reject(failure);
    }
  }
}
