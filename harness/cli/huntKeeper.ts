import { FlakehoundError, type JobStore } from '../../src/index.js';
import type { HuntEvent } from '../events.js';
import { asJson } from '../history/huntRecord.js';
import { type Continued, HuntRecorder } from '../history/huntRecorder.js';
import { tidyUp } from '../history/retention.js';
import type { TreeState } from '../history/treeState.js';
import { renderJson } from '../report/json.js';
import type { HuntReport } from '../stats/huntReport.js';
import type { HuntCommand } from './conductHunt.js';
import { prepareHuntFolder, storeHunt } from './huntFolder.js';
import type { Io } from './io.js';

/** A hunt's place in the store, opened to go on with it. */
export interface StoredPlace {
  readonly store: JobStore;
  readonly continued: Continued;
}

/**
 * Keeps a hunt: in the store as long as that works, else its report as a file. Trouble with the
 * store is told once and stops no hunt.
 */
export class HuntKeeper {
  readonly #command: HuntCommand;
  readonly #io: Io;
  readonly #continued: Continued | null;
  #store: JobStore | null;
  #recorder: HuntRecorder | null = null;
  #beginning: Promise<void> = Promise.resolve();

  /** @param place - null for a new hunt; closed by `close` */
  constructor(command: HuntCommand, io: Io, place: StoredPlace | null) {
    this.#command = command;
    this.#io = io;
    this.#store = place?.store ?? null;
    this.#continued = place?.continued ?? null;
  }

  /**
   * Not before the suite is open: what turns out to be no suite is left untouched.
   *
   * @throws FlakehoundError `ENV_STATE_DIR`
   */
  begin(tree: TreeState): Promise<void> {
    this.#beginning = this.#begin(tree);
    return this.#beginning;
  }

  async #begin(tree: TreeState): Promise<void> {
    const { suite, json: _, ...rest } = this.#command;
    await prepareHuntFolder(suite.root);
    await this.#try(async () => {
      this.#store ??= await this.#io.openHistory(suite.root, 'record');
      if (this.#store === null) return;
      this.#recorder = new HuntRecorder(
        this.#store,
        { plan: asJson({ suite, ...rest }), tree, holder: this.#io.processes.self() },
        { now: () => this.#io.clock.now(), continued: this.#continued },
      );
    });
  }

  /** Resolves when what must not be lost is durable. */
  async see(event: HuntEvent): Promise<void> {
    await this.#try(async () => this.#recorder?.see(event));
  }

  /**
   * Keeps what was found.
   *
   * @returns whether the hunt can be resumed, if it was interrupted
   * @throws FlakehoundError `ENV_STATE_DIR` when not even a file can be written
   */
  async finish(report: HuntReport): Promise<boolean> {
    await this.#try(async () => this.#recorder?.finish(report));
    if (this.#recorder !== null) return report.hunt.interrupted;
    await storeHunt(this.#command.suite.root, report.hunt.id, renderJson(report));
    return false;
  }

  /** The hunt can't go on, now or later. */
  async fail(error: unknown): Promise<void> {
    await this.#try(async () => this.#recorder?.fail(error));
  }

  /** Tidies up and gives the store free; never throws. */
  async close(): Promise<void> {
    // A hunt that is aborted meanwhile doesn't wait for its beginning.
    await this.#beginning.catch(() => undefined);
    const store = this.#store;
    if (store === null) return;
    this.#store = null;
    try {
      // What isn't dropped today is dropped after the next hunt.
      const now = this.#io.clock.date().getTime();
      if (this.#recorder !== null) await tidyUp(store, now);
    } catch {
      // Nothing of this hunt is at stake any more.
    } finally {
      this.#recorder = null;
      await store.close().catch(() => undefined);
    }
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#recorder = null;
      await this.#warn(error);
    }
  }

  async #warn(error: unknown): Promise<void> {
    const { err } = this.#io;
    if (err.isTTY) err.clear();
    const [why, hint] =
      error instanceof FlakehoundError
        ? [`${error.message} (${error.code})`, error.hint]
        : [error instanceof Error ? error.message : String(error), ''];
    await err.write(
      `history: ${why}\n${hint === '' ? '' : `  ${hint}\n`}` +
        '  the hunt goes on without it: it cannot be resumed, and its report is kept as a file\n',
    );
  }
}
