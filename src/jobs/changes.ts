import type { Cancel, Clock } from '../ports/clock.js';
import type { Millis } from '../units.js';
import type { JobChange } from './jobStore.js';
import { checkListener } from './validate.js';

/** The shortest time from one batch to the next. */
const interval: Millis = 100;

/** How long the end waits for a listener that is still busy. */
const patience: Millis = 1000;

export type ChangeBatchListener = (changes: readonly JobChange[]) => void | Promise<void>;

/** What the feed needs of the world. */
export interface FeedWorld {
  readonly clock: Clock;
  /** A listener threw or rejected; it goes on getting the rest. */
  readonly onListenerError: (error: unknown) => void;
}

/**
 * Gathers changes for listeners: each gets all of them, in order, in batches, at most ten times a
 * second and one at a time. A change waits as long as its listener takes; none is dropped.
 */
export class ChangeFeed {
  readonly #world: FeedWorld;
  readonly #readers = new Set<FeedReader>();

  constructor(world: FeedWorld) {
    this.#world = world;
  }

  /** Whether anybody would hear of a change. */
  get isHeard(): boolean {
    return this.#readers.size > 0;
  }

  push(change: JobChange): void {
    for (const reader of this.#readers) reader.push(change);
  }

  /** @returns the end of it: nothing is delivered afterwards */
  subscribe(listener: ChangeBatchListener): () => void {
    checkListener(listener);
    const reader = new FeedReader(listener, this.#world);
    this.#readers.add(reader);
    return () => {
      reader.end();
      this.#readers.delete(reader);
    };
  }

  /** Delivers what is left, and ends every listener. */
  async close(): Promise<void> {
    const readers = [...this.#readers];
    this.#readers.clear();
    await Promise.all(readers.map((reader) => reader.finish()));
  }
}

class FeedReader {
  readonly #listener: ChangeBatchListener;
  readonly #world: FeedWorld;
  #waiting: JobChange[] = [];
  #lastAt: Millis | undefined;
  #busy: Promise<void> | undefined;
  #cancel: Cancel | undefined;
  #hasEnded = false;

  constructor(listener: ChangeBatchListener, world: FeedWorld) {
    this.#listener = listener;
    this.#world = world;
  }

  push(change: JobChange): void {
    this.#waiting.push(change);
    if (this.#waiting.length === 1) this.#schedule();
  }

  end(): void {
    this.#hasEnded = true;
    this.#waiting = [];
    this.#cancel?.();
  }

  async finish(): Promise<void> {
    this.#cancel?.();
    await this.#notBusy();
    if (!this.#hasEnded && this.#waiting.length > 0) this.#deliver();
    this.#hasEnded = true;
    await this.#notBusy();
  }

  #schedule(): void {
    // A busy listener is scheduled for when it is done.
    if (this.#busy !== undefined || this.#hasEnded) return;
    const { clock } = this.#world;
    const wait = this.#lastAt === undefined ? 0 : this.#lastAt + interval - clock.elapsed();
    let isOff = false;
    const act = (): void => {
      if (!isOff && !this.#hasEnded) this.#deliver();
    };
    const stop = wait > 0 ? clock.after(wait, act) : clock.soon(act);
    this.#cancel = () => {
      isOff = true;
      stop?.();
    };
  }

  #deliver(): void {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    this.#cancel = undefined;
    this.#lastAt = this.#world.clock.elapsed();
    this.#busy = this.#call(batch).finally(() => {
      this.#busy = undefined;
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  async #call(batch: readonly JobChange[]): Promise<void> {
    try {
      await this.#listener(batch);
    } catch (error) {
      this.#world.onListenerError(error);
    }
  }

  /** Resolves when the listener is done, or when we have waited long enough. */
  #notBusy(): Promise<void> {
    const busy = this.#busy;
    if (busy === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#world.clock.after(patience, resolve);
      busy.then(() => {
        cancel();
        resolve();
      });
    });
  }
}
