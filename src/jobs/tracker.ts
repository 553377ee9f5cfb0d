import type { Job, JobError, LogEntry, NewLogEntry } from './job.js';
import type { JobStore, JobTracker, TransitionDetails } from './jobStore.js';

/** The calls of a store that trackers go through. */
export type TrackedStore = Pick<JobStore, 'transition' | 'update' | 'appendLog'>;

/** A promise that knows whether anybody has ever asked how it ends. */
class HeardPromise<T> extends Promise<T> {
  // What `then` returns is a plain promise: whoever called it has taken over.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  isHeard = false;

  // biome-ignore lint/suspicious/noThenProperty: a promise has one; this one takes note of the call
  override then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.isHeard = true;
    return super.then(fulfilled, rejected);
  }
}

/**
 * Makes trackers. The events of one job are written one after the other, also those of several
 * trackers of it. A failure that nobody awaited goes to `onUnheard`; whoever awaits gets it too.
 */
export class Trackers {
  readonly #store: TrackedStore;
  readonly #onUnheard: (id: string, error: unknown) => void;
  /** Of each job with events under way: resolves when the last of them is over. */
  readonly #ends = new Map<string, Promise<void>>();

  constructor(store: TrackedStore, onUnheard: (id: string, error: unknown) => void) {
    this.#store = store;
    this.#onUnheard = onUnheard;
  }

  track(id: string): JobTracker {
    const store = this.#store;
    const tell = <T>(event: () => Promise<T>): Promise<T> => this.#tell(id, event);
    const end = (details: TransitionDetails, at: number | undefined): TransitionDetails =>
      at === undefined ? details : { ...details, at };
    return {
      id,
      active: (at) => tell(() => store.transition(id, 'active', end({}, at))),
      progress: (to) => tell(() => store.update(id, { progress: to })),
      log: (entry: NewLogEntry): Promise<LogEntry> => tell(() => store.appendLog(id, entry)),
      completed: (result, at) =>
        tell(() =>
          store.transition(id, 'completed', end(result === undefined ? {} : { result }, at)),
        ),
      failed: (error, at): Promise<Job> =>
        tell(() => store.transition(id, 'failed', end({ error: jobErrorOf(error) }, at))),
      cancelled: (at) => tell(() => store.transition(id, 'cancelled', end({}, at))),
      settled: async () => {
        await this.#ends.get(id);
      },
    };
  }

  /** Resolves when nothing told so far is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#ends.values());
  }

  #tell<T>(id: string, event: () => Promise<T>): Promise<T> {
    const before = this.#ends.get(id);
    // The first of a row goes at once, so that it keeps its place among the caller's other calls.
    const outcome = before === undefined ? attempt(event) : before.then(event);
    const told = new HeardPromise<T>((resolve, reject) => {
      outcome.then(resolve, reject);
    });
    // Without noting it as heard: this only keeps the process from taking it for unhandled.
    Promise.prototype.then.call(told, undefined, () => {});
    const over = outcome.then(
      () => {},
      (error: unknown) => {
        if (!told.isHeard) this.#onUnheard(id, error);
      },
    );
    const end = over.then(() => {
      if (this.#ends.get(id) === end) this.#ends.delete(id);
    });
    this.#ends.set(id, end);
    return told;
  }
}

async function attempt<T>(event: () => Promise<T>): Promise<T> {
  return await event();
}

/** What can be kept of anything that was thrown. */
export function jobErrorOf(error: unknown): JobError {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const { message, code, stack } = error as Record<string, unknown>;
  return {
    message: typeof message === 'string' ? message : describe(error),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(typeof stack === 'string' ? { stack } : {}),
  };
}

function describe(error: object): string {
  try {
    return JSON.stringify(error) ?? 'an error without a message';
  } catch {
    return 'an error without a message';
  }
}
