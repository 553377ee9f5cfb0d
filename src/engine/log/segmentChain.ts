import { invariant } from '../../errors.js';
import type { OpenFile } from '../../ports/files.js';
import type { Bytes, Lsn } from '../../units.js';
import type { LogManifest, LogPosition, ManifestKeeper, SegmentEntry } from '../seam.js';
import { groupBytes } from './groupCodec.js';
import { createSegmentFile, recycleSegmentFile, type SegmentWorld } from './segmentFile.js';
import { segmentHeaderBytes } from './segmentHeader.js';

/** A segment that takes groups, now or next. */
export interface LiveSegment {
  readonly entry: SegmentEntry;
  readonly file: OpenFile;
  readonly capacity: Bytes;
  /** Where the next group goes: the end of the last durable one. */
  at: Bytes;
}

/** How large segments are. */
export interface SegmentSizes {
  /** The first; each has twice the length of the one before, up to the largest. */
  readonly first: Bytes;
  readonly largest: Bytes;
  /** How many segments are kept for another use. */
  readonly spares: number;
}

/** What a chain of segments is made of. */
export interface ChainSetting {
  readonly world: SegmentWorld;
  readonly storeId: string;
  readonly epoch: number;
  /** Sealed all; the counters go on from here. */
  readonly log: LogManifest;
  readonly keeper: ManifestKeeper;
  readonly fence: () => void;
  readonly sizes: SegmentSizes;
}

/** The names of files, with epoch and number. */
const segmentName = /^(?:wal|spare)-(\d+)-(\d+)$/;

/**
 * The segments of a log and what the manifest says about them. A segment is listed before it takes
 * a group, and its file is removed, or used again, only after it is listed no more. Only files of
 * the own epoch are used again: an owner who was taken for dead may still write to those of his.
 */
export class SegmentChain {
  current: LiveSegment | undefined;
  readonly #setting: ChainSetting;
  #next: LiveSegment | undefined;
  #preparing: Promise<void> | undefined;
  #closed: SegmentEntry[];
  #spares: string[] = [];
  readonly #capacities = new Map<string, Bytes>();
  /** Files that may be listed in a manifest that could perhaps not be written. */
  #leftovers: string[] = [];
  #closing: Promise<void> = Promise.resolve();
  #nextGeneration: number;
  #nextSegment: number;
  #nextCapacity: Bytes;

  constructor(setting: ChainSetting) {
    const { log, sizes } = setting;
    invariant(
      log.segments.every((entry) => entry.sealedAt !== undefined && entry.lastLsn !== undefined),
      'a log goes on only behind segments that are all sealed',
    );
    invariant(log.nextGeneration >= 1, 'the generation 0 is that of zeros');
    this.#setting = setting;
    this.#closed = [...log.segments];
    this.#nextGeneration = log.nextGeneration;
    this.#nextSegment = log.nextSegment;
    this.#nextCapacity = Math.min(sizes.first, sizes.largest);
  }

  /** Bytes of the groups, and what their files and the spares take on the disk as far as this owner made them. */
  get sizes(): { readonly used: Bytes; readonly allocated: Bytes; readonly segments: number } {
    const sealed = this.#closed.reduce((sum, entry) => sum + (entry.sealedAt ?? 0), 0);
    let allocated = 0;
    for (const capacity of this.#capacities.values()) allocated += capacity;
    const live = [this.current, this.#next].filter((segment) => segment !== undefined);
    return {
      used: sealed + live.reduce((sum, segment) => sum + segment.at, 0),
      allocated,
      segments: this.#closed.length + live.length,
    };
  }

  /** Whether the current segment has no group. */
  get isFresh(): boolean {
    return this.current?.at === segmentHeaderBytes;
  }

  /** Whether a next segment is there and listed. */
  get canAdvance(): boolean {
    return this.#next !== undefined && this.#preparing === undefined;
  }

  /** Makes sure that there is a next segment. One that takes the group of `total` bytes, if it has to be made. */
  async prepare(total: Bytes = 0): Promise<void> {
    // First of all: what is being prepared is the next only once it is listed.
    if (this.#preparing === undefined) {
      if (this.#next !== undefined) return;
      this.#preparing = this.#prepareOne(total).finally(() => {
        this.#preparing = undefined;
      });
    }
    await this.#preparing;
  }

  /** Goes on in the segment that was prepared; the one so far ends at its last durable group. */
  advance(position: LogPosition): LiveSegment {
    const next = this.#next;
    invariant(next !== undefined, 'no segment was prepared');
    this.retire(position);
    this.#next = undefined;
    this.current = next;
    return next;
  }

  /** Adds nothing more to the current segment. */
  retire({ lsn }: LogPosition): void {
    const { current } = this;
    if (current === undefined) return;
    this.current = undefined;
    this.#closed.push({ ...current.entry, sealedAt: current.at, lastLsn: lsn });
    // All that counts is synced, or given up: nothing depends on how this ends.
    this.#closing = this.#closing.then(() => current.file.close()).catch(() => undefined);
  }

  /** Makes sure that a group of `total` bytes fits into the current segment, be it by going on to another. */
  async make(total: Bytes, position: LogPosition): Promise<LiveSegment> {
    for (;;) {
      const { current } = this;
      if (current !== undefined && current.at + total <= current.capacity) return current;
      await this.prepare(total);
      this.advance(position);
    }
  }

  /**
   * Writes the segments as they are into the manifest, and that this epoch holds the store open.
   *
   * @throws FlakehoundError `STORE_MANIFEST`, or what the fence throws
   */
  async record(): Promise<void> {
    const { epoch, fence, keeper } = this.#setting;
    fence();
    let leftovers: readonly string[] = [];
    await keeper.change((now) => {
      leftovers = this.#leftovers;
      return { ...now, epoch, clean: false, log: this.#manifest() };
    });
    // The manifest on the disk is known again, so what it doesn't list nobody needs.
    this.#leftovers = this.#leftovers.filter((name) => !leftovers.includes(name));
    await this.#removeAll(leftovers);
  }

  /** Gives up the segments whose records all are covered: keeps some for another use, removes the others. */
  async release(upTo: Lsn): Promise<void> {
    const covered = this.#closed.findIndex((entry) => (entry.lastLsn ?? upTo + 1) > upTo);
    const count = covered < 0 ? this.#closed.length : covered;
    if (count === 0) return;
    const released = this.#closed.slice(0, count);
    this.#closed = this.#closed.slice(count);
    try {
      await this.record();
    } catch (error) {
      this.#closed = [...released, ...this.#closed];
      throw error;
    }
    const { fence, sizes } = this.#setting;
    // Whoever took over since may have read the manifest that lists them.
    fence();
    for (const { name } of released) {
      const isWhole = this.#capacities.get(name) === sizes.largest;
      if (isWhole && this.#spares.length < sizes.spares) await this.#spare(name);
      else await this.#remove(name);
    }
  }

  /** Seals everything, gives up what was prepared, and closes the files. */
  async close(position: LogPosition): Promise<void> {
    await this.#preparing?.catch(() => undefined);
    this.retire(position);
    const unused = [...this.#spares];
    if (this.#next !== undefined) {
      unused.push(this.#next.entry.name);
      await this.#next.file.close().catch(() => undefined);
    }
    this.#next = undefined;
    this.#spares = [];
    await this.#closing;
    // Another epoch would not use them.
    await this.record();
    await this.#removeAll(unused);
  }

  /** Closes the files and leaves everything as it is. */
  async abandon(): Promise<void> {
    await this.#preparing?.catch(() => undefined);
    for (const segment of [this.current, this.#next]) {
      await segment?.file.close().catch(() => undefined);
    }
    await this.#closing;
    this.current = undefined;
    this.#next = undefined;
  }

  /** Steps over the numbers of files that are there, perhaps from a start in this epoch that failed. */
  async skipTakenNames(): Promise<void> {
    const { files, dir } = this.#setting.world;
    for (const name of await files.list(dir)) {
      const number = Number(segmentName.exec(name)?.[2] ?? 0);
      this.#nextSegment = Math.max(this.#nextSegment, number + 1);
    }
  }

  /** Removes the files of segments that no manifest lists: what a crash left. */
  async removeStrays(): Promise<void> {
    const { files, dir } = this.#setting.world;
    const listed = new Set(this.#manifest().segments.map(({ name }) => name));
    const strays = (await files.list(dir)).filter((name) => {
      const epoch = segmentName.exec(name)?.[1];
      // A later epoch has an owner of its own, who then is the one to decide.
      return epoch !== undefined && Number(epoch) <= this.#setting.epoch && !listed.has(name);
    });
    await this.#removeAll(strays);
  }

  #manifest(): LogManifest {
    const live = [this.current, this.#next].filter((segment) => segment !== undefined);
    return {
      segments: [...this.#closed, ...live.map(({ entry }) => entry)],
      spares: [...this.#spares],
      nextGeneration: this.#nextGeneration,
      nextSegment: this.#nextSegment,
    };
  }

  async #prepareOne(total: Bytes): Promise<void> {
    const { epoch, sizes } = this.#setting;
    this.#setting.fence();
    // The numbers are never given twice, also when this fails.
    const name = `wal-${epoch}-${this.#nextSegment++}`;
    const entry: SegmentEntry = { name, epoch, generation: this.#nextGeneration++ };
    const capacity = Math.max(this.#nextCapacity, groupBytes(segmentHeaderBytes + total));
    const segment = await this.#file(entry, capacity);
    this.#next = segment;
    try {
      await this.record();
    } catch (error) {
      if (this.#next === segment) this.#next = undefined;
      this.#capacities.delete(name);
      this.#leftovers.push(name);
      await segment.file.close().catch(() => undefined);
      throw error;
    }
    this.#nextCapacity = Math.min(sizes.largest, capacity * 2);
  }

  async #file(entry: SegmentEntry, capacity: Bytes): Promise<LiveSegment> {
    const { world, storeId, epoch, sizes } = this.#setting;
    const header = { storeId, epoch, generation: entry.generation, capacity };
    const spare = capacity === sizes.largest ? this.#spares.shift() : undefined;
    let file: OpenFile | undefined;
    try {
      if (spare !== undefined) {
        this.#capacities.delete(spare);
        file = await recycleSegmentFile(world, { from: spare, name: entry.name }, header);
      }
    } catch {
      // It is gone, or bad: a new file will do.
      await this.#remove(entry.name);
      await this.#remove(spare ?? entry.name);
    }
    try {
      file ??= await createSegmentFile(world, entry.name, header);
    } catch (error) {
      await this.#remove(entry.name);
      throw error;
    }
    this.#capacities.set(entry.name, capacity);
    return { entry, file, capacity, at: segmentHeaderBytes };
  }

  async #spare(name: string): Promise<void> {
    const { files, dir } = this.#setting.world;
    const capacity = this.#capacities.get(name) ?? 0;
    const spare = `spare-${this.#setting.epoch}-${this.#nextSegment++}`;
    try {
      await files.rename(files.join(dir, name), files.join(dir, spare));
    } catch {
      await this.#remove(name);
      return;
    }
    this.#capacities.delete(name);
    this.#capacities.set(spare, capacity);
    this.#spares.push(spare);
  }

  async #removeAll(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    this.#setting.fence();
    for (const name of names) await this.#remove(name);
  }

  /** A file that can't be removed only takes space until the next open tries again. */
  async #remove(name: string): Promise<void> {
    const { files, dir } = this.#setting.world;
    this.#capacities.delete(name);
    await files.unlink(files.join(dir, name)).catch(() => undefined);
  }
}
