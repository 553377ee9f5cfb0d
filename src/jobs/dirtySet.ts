import type { Cancel, Clock } from '../ports/clock.js';
import type { Millis } from '../units.js';
import type { KeptPatch } from './patch.js';

/** The longest wait before a flush that failed is tried again by itself. */
const longestWait: Millis = 30_000;

/** An update that can never be written: its job is gone. */
export interface RefusedUpdate {
  readonly id: string;
  readonly error: Error;
}

/** What a dirty set needs. */
export interface DirtyWorld {
  readonly clock: Clock;
  /** How long a noted update may wait for others. */
  readonly flushMs: Millis;
  /** Writes all updates as one group; resolves, when it is durable, with those that were left out. */
  readonly write: (updates: ReadonlyMap<string, KeptPatch>) => Promise<readonly RefusedUpdate[]>;
  /** A flush that nobody asked for failed; the updates are kept, but for those refused. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Updates that are written together a little later. The last value of each member wins; a flush
 * that fails loses nothing.
 */
export class DirtySet {
  readonly #world: DirtyWorld;
  #dirty = new Map<string, KeptPatch>();
  #writing: ReadonlyMap<string, KeptPatch> | undefined;
  #flushing: Promise<void> | undefined;
  #timer: Cancel | undefined;
  #failures = 0;

  constructor(world: DirtyWorld) {
    this.#world = world;
  }

  /** The updates that aren't written, or not known to be. */
  get updates(): ReadonlyMap<string, KeptPatch> {
    return this.#writing === undefined ? this.#dirty : merged(this.#writing, this.#dirty);
  }

  /** @param patch - checked and copied */
  note(id: string, patch: KeptPatch): void {
    const before = this.#dirty.get(id);
    this.#dirty.set(id, before === undefined ? patch : { ...before, ...patch });
    this.#arm();
  }

  /** Takes out what was noted of a job and isn't on its way yet: the caller writes it. */
  take(id: string): KeptPatch | undefined {
    // Asked at each write, while mostly nothing is noted.
    if (this.#dirty.size === 0) return undefined;
    const patch = this.#dirty.get(id);
    this.#dirty.delete(id);
    return patch;
  }

  /** Puts back what was taken and could not be written; what was noted since wins. */
  putBack(id: string, patch: KeptPatch): void {
    this.#dirty.set(id, { ...patch, ...this.#dirty.get(id) });
    this.#arm();
  }

  /**
   * Writes everything noted so far.
   *
   * @throws what the write failed with; the updates are then still here, but for those refused
   */
  async flush(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing.catch(() => {});
    if (this.#dirty.size === 0) return;
    this.#timer?.();
    this.#timer = undefined;
    this.#flushing = this.#write().finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
  }

  /** Takes back the timer; what is noted stays. */
  stop(): void {
    this.#timer?.();
    this.#timer = undefined;
  }

  async #write(): Promise<void> {
    const writing = this.#dirty;
    this.#writing = writing;
    this.#dirty = new Map();
    let refused: readonly RefusedUpdate[];
    try {
      refused = await this.#world.write(writing);
    } catch (error) {
      this.#dirty = merged(writing, this.#dirty);
      this.#failures++;
      this.#arm();
      throw error;
    } finally {
      this.#writing = undefined;
    }
    this.#failures = 0;
    if (refused[0] !== undefined) throw refused[0].error;
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    const { clock, flushMs, onFailure } = this.#world;
    const wait = Math.min(flushMs * 2 ** this.#failures, Math.max(flushMs, longestWait));
    this.#timer = clock.after(wait, () => {
      this.#timer = undefined;
      this.flush().catch(onFailure);
    });
  }
}

function merged(
  older: ReadonlyMap<string, KeptPatch>,
  newer: ReadonlyMap<string, KeptPatch>,
): Map<string, KeptPatch> {
  const all = new Map(older);
  for (const [id, patch] of newer) all.set(id, { ...all.get(id), ...patch });
  return all;
}
