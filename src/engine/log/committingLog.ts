import { type FlakehoundError, invariant } from '../../errors.js';
import type { Platform } from '../../ports/platform.js';
import type { Bytes, Lsn, Millis } from '../../units.js';
import { writeFully } from '../files/writeFully.js';
import type { LogPosition, OpenGroup } from '../seam.js';
import { type CommitMode, createCommitMode } from './commitMode.js';
import type { CommitPace } from './commitPace.js';
import { Encore } from './encore.js';
import { finishGroup, groupBytes, groupHeaderBytes } from './groupCodec.js';
import { closedFailure, readOnlyFailure, unknownOutcome, writeFailure } from './logFailure.js';
import { PendingGroup } from './pendingGroup.js';
import type { LiveSegment, SegmentChain } from './segmentChain.js';
import { writeFullyNow } from './segmentFile.js';
import type { LogOptions, LogState, PoisonReport, Settle, WriteAheadLog } from './writeAheadLog.js';

/** What a log works with, beside its segments. */
export interface LogSetting {
  readonly platform: Pick<Platform, 'clock' | 'crc32'>;
  readonly dir: string;
  readonly position: LogPosition;
  readonly options: LogOptions;
  /** @throws when this process no longer owns the store */
  readonly fence: () => void;
  /** Of the guests; a store that can have none has none either. */
  readonly pace?: CommitPace | undefined;
  /** Called before those are told who wait for what failed. */
  readonly onPoisoned: (report: PoisonReport) => void;
}

/** Gathers records into groups and commits them, one group at a time, to the segments of a chain. */
export class CommittingLog implements WriteAheadLog {
  readonly #start: LogSetting;
  readonly #chain: SegmentChain;
  readonly #mode: CommitMode;
  #state: LogState = 'open';
  /** Why `group` throws. */
  #failure: FlakehoundError | undefined;
  #position: LogPosition;
  /** Takes records; `#flying` is the other one, empty unless it is on its way to the disk. */
  #gathering = new PendingGroup();
  #flying = new PendingGroup();
  /** Whether a group is on its way, or the segments are being changed. */
  #isBusy = false;
  #isScheduled = false;
  readonly #encore: Encore;
  #isClosing: Promise<void> | undefined;
  #landing: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #commits = 0;
  #records = 0;
  #written: Bytes = 0;
  #poisoned = 0;

  constructor(start: LogSetting, chain: SegmentChain) {
    this.#start = start;
    this.#encore = new Encore(start.platform.clock.elapsed, () => this.#encored());
    this.#chain = chain;
    this.#position = start.position;
    this.#mode = createCommitMode(start.options.commit);
    this.#gathering.begin(start.position.lsn + 1);
    this.#flying.begin(start.position.lsn + 1);
  }

  get durable(): Lsn {
    return this.#position.lsn;
  }

  get position(): LogPosition {
    return this.#position;
  }

  get written(): Bytes {
    return this.#written;
  }

  get state(): LogState {
    return this.#state;
  }

  get counters(): WriteAheadLog['counters'] {
    return { commits: this.#commits, records: this.#records, poisoned: this.#poisoned };
  }

  get sizes(): WriteAheadLog['sizes'] {
    return { ...this.#chain.sizes, pending: this.#pending() };
  }

  group(): OpenGroup {
    if (this.#failure !== undefined) throw this.#failure;
    const group = this.#gathering;
    group.rewind();
    group.openedAt ??= this.#start.platform.clock.elapsed();
    this.#schedule();
    return group;
  }

  room(): Promise<void> | undefined {
    if (!this.#isBusy && this.#gathering.isEmpty) return undefined;
    const { maxPendingBytes, maxPendingMs } = this.#start.options;
    if (this.#pending() > maxPendingBytes) return this.#landed();
    // What gathers in this turn of the event loop leaves with it.
    if (!this.#isBusy) return undefined;
    const oldest = this.#flying.isEmpty ? this.#gathering : this.#flying;
    if (oldest.openedAt === undefined) return undefined;
    const age = this.#start.platform.clock.elapsed() - oldest.openedAt;
    return age > maxPendingMs ? this.#landed() : undefined;
  }

  async quiet(): Promise<void> {
    while (this.#isBusy || !this.#gathering.isIdle) await this.#landed();
  }

  async rotate(): Promise<LogPosition> {
    this.#mustBeOpen();
    try {
      for (;;) {
        while (this.#isBusy) await this.#landed();
        this.#mustBeOpen();
        if (this.#chain.isFresh || this.#chain.canAdvance) break;
        // The groups that come meanwhile may use it up.
        await this.#chain.prepare();
      }
      const position = this.#position;
      if (!this.#chain.isFresh) this.#chain.advance(position);
      await this.#chain.record();
      return position;
    } catch (error) {
      throw error === this.#failure ? error : writeFailure(error, this.#start.dir);
    }
  }

  async release(upTo: Lsn): Promise<void> {
    this.#mustBeOpen();
    await this.#chain.release(upTo);
  }

  async revive(): Promise<void> {
    if (this.#state !== 'readOnly') return;
    if (this.#isBusy) return this.#landed();
    this.#isBusy = true;
    try {
      this.#chain.retire(this.#position);
      await this.#chain.make(0, this.#position);
      // Also where a segment was at hand: the old ends must be durable before anything follows.
      await this.#chain.record();
      this.#gathering.begin(this.#position.lsn + 1);
      this.#failure = undefined;
      this.#state = 'open';
    } catch (error) {
      throw writeFailure(error, this.#start.dir);
    } finally {
      this.#isBusy = false;
      this.#tellLanded();
    }
  }

  close(): Promise<void> {
    this.#isClosing ??= this.#close();
    return this.#isClosing;
  }

  async #close(): Promise<void> {
    const { dir } = this.#start;
    const before = this.#state;
    this.#failure ??= closedFailure(dir);
    await this.quiet();
    const state = before === 'open' ? this.#state : before;
    this.#state = 'closed';
    this.#failure = closedFailure(dir);
    if (state === 'fenced') return this.#chain.abandon();
    try {
      await this.#chain.close(this.#position);
    } catch (error) {
      await this.#chain.abandon();
      // Those who wrote were told when it happened.
      if (state === 'open') throw error;
    }
  }

  #mustBeOpen(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #pending(): number {
    const flying = this.#flying.isEmpty ? 0 : this.#flying.bytes;
    return flying + (this.#gathering.isEmpty ? 0 : this.#gathering.bytes);
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isBusy || this.#encore.isRunning) return;
    this.#isScheduled = true;
    this.#start.platform.clock.soon(this.#commit);
  }

  readonly #commit = (): void => {
    this.#isScheduled = false;
    if (this.#isBusy || this.#gathering.isIdle || this.#state !== 'open') return;
    const group = this.#gathering;
    if (group.isEmpty) {
      // Who added nothing waits for what was there before, and that is durable.
      this.#tell(group.begin(group.firstLsn), undefined);
      this.#tellLanded();
      return;
    }
    if (this.#start.pace?.holds(this.#commit)) {
      this.#isScheduled = true;
      return;
    }
    this.#gathering = this.#flying;
    this.#flying = group;
    this.#gathering.begin(group.firstLsn + group.count);
    group.rewind();
    this.#isBusy = true;
    const total = groupBytes(group.bytes - groupHeaderBytes);
    const segment = this.#chain.current;
    if (this.#mode.isNow && segment !== undefined && segment.at + total <= segment.capacity) {
      this.#commitNow(group, segment, total);
    } else {
      void this.#commitLater(group, total);
    }
  };

  #commitNow(group: PendingGroup, segment: LiveSegment, total: number): void {
    const { elapsed } = this.#start.platform.clock;
    const began = elapsed();
    let crc: number;
    try {
      crc = this.#finish(group, segment);
      writeFullyNow(segment.file, group.sink.bytes, total, segment.at);
      segment.file.dataSyncNow();
    } catch (error) {
      void this.#rescue(group, total, error);
      return;
    }
    const { count } = group;
    this.#land(group, segment, { total, crc, took: elapsed() - began });
    this.#encore.begin(count);
  }

  #encored(): void {
    if (this.#isScheduled || this.#isBusy || this.#gathering.isIdle) return;
    const isComplete = this.#encore.isComplete(this.#gathering.count);
    if (isComplete && !this.#start.pace?.isShared) this.#commit();
    else this.#schedule();
  }

  async #commitLater(group: PendingGroup, total: number): Promise<void> {
    const { clock } = this.#start.platform;
    let segment: LiveSegment;
    try {
      segment = await this.#chain.make(total, this.#position);
    } catch (error) {
      // Not a byte of it was written.
      this.#fail(error, writeFailure(error, this.#start.dir));
      return;
    }
    const began = clock.elapsed();
    let crc: number;
    try {
      crc = await this.#write(group, segment, total);
    } catch (error) {
      await this.#rescue(group, total, error);
      return;
    }
    this.#land(group, segment, { total, crc, took: clock.elapsed() - began });
  }

  async #write(group: PendingGroup, segment: LiveSegment, total: number): Promise<number> {
    const crc = this.#finish(group, segment);
    await writeFully(segment.file, group.sink.bytes.subarray(0, total), segment.at);
    await segment.file.dataSync();
    return crc;
  }

  #finish(group: PendingGroup, { entry }: LiveSegment): number {
    const { firstLsn, count } = group;
    const facts = { generation: entry.generation, chain: this.#position.chain, firstLsn, count };
    return finishGroup(group.sink, facts, this.#start.platform.crc32);
  }

  /** The group is durable: tells its callers, unless the store is another's by now. */
  #land(
    group: PendingGroup,
    segment: LiveSegment,
    { total, crc, took }: { readonly total: number; readonly crc: number; readonly took: Millis },
  ): void {
    const last = group.firstLsn + group.count - 1;
    try {
      this.#start.fence();
    } catch (error) {
      // The new owner may have read the log before this group came, or after.
      this.#fail(error, unknownOutcome(error, [group.firstLsn, last]));
      return;
    }
    segment.at += total;
    this.#written += total;
    this.#position = { lsn: last, chain: crc };
    this.#commits++;
    this.#records += group.count;
    this.#mode.measured(took);
    const settlers = group.begin(last + 1);
    this.#isBusy = false;
    if (segment.at * 2 > segment.capacity) {
      // If this fails, the group that needs it tries again.
      this.#chain.prepare().catch(() => undefined);
    }
    this.#tell(settlers, undefined);
    this.#tellLanded();
    if (!this.#gathering.isIdle) this.#schedule();
  }

  /**
   * After a failed write or sync nobody knows what the file holds, and a later sync may succeed
   * without having written it. So the group goes into another file, once the manifest says that
   * this one ends before it.
   */
  async #rescue(group: PendingGroup, total: number, cause: unknown): Promise<void> {
    const { clock } = this.#start.platform;
    this.#poisoned++;
    this.#chain.retire(this.#position);
    const began = clock.elapsed();
    let segment: LiveSegment;
    let crc: number;
    try {
      segment = await this.#chain.make(total, this.#position);
      await this.#chain.record();
      crc = await this.#write(group, segment, total);
    } catch (second) {
      this.#chain.retire(this.#position);
      const failure = await this.#chain.record().then(
        () => writeFailure(second, this.#start.dir),
        () => unknownOutcome(second, [group.firstLsn, group.firstLsn + group.count - 1]),
      );
      this.#fail(second, failure);
      return;
    }
    this.#start.onPoisoned({ outcome: 'recovered', cause });
    this.#land(group, segment, { total, crc, took: clock.elapsed() - began });
  }

  /** Rejects the group on its way with `failure`, and with it what was to follow and never left. */
  #fail(cause: unknown, failure: FlakehoundError): void {
    const absent = writeFailure(cause, this.#start.dir);
    const isFenced = absent.code === 'STORE_FENCED';
    const wasClosing = this.#isClosing !== undefined;
    this.#state = isFenced ? 'fenced' : 'readOnly';
    if (!wasClosing) this.#failure = isFenced ? absent : readOnlyFailure(cause, this.#start.dir);
    const settlers = this.#flying.begin(this.#position.lsn + 1);
    const followers = this.#gathering.begin(this.#position.lsn + 1);
    this.#isBusy = false;
    this.#start.onPoisoned({ outcome: isFenced ? 'fenced' : 'readOnly', cause });
    this.#tell(settlers, failure);
    this.#tell(followers, absent);
    this.#tellLanded();
  }

  #landed(): Promise<void> {
    if (this.#landing === undefined) {
      let resolve: (() => void) | undefined;
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      invariant(resolve !== undefined, 'a promise calls its executor at once');
      this.#landing = { promise, resolve };
    }
    return this.#landing.promise;
  }

  #tellLanded(): void {
    const landing = this.#landing;
    this.#landing = undefined;
    landing?.resolve();
  }

  #tell(settlers: readonly Settle[], failure: FlakehoundError | undefined): void {
    for (const settle of settlers) {
      try {
        settle(failure);
      } catch (error) {
        // The others must hear of it, and the log go on; then it surfaces as what it is, our mistake.
        this.#start.platform.clock.soon(() => {
          throw error;
        });
      }
    }
  }
}
