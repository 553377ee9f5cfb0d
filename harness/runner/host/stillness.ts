/** How often a run looks after its workers. */
export const lookMs = 200;

/**
 * The longest that Vitest may take from one file to the next with no file under way. Its own limits
 * for a worker to start and to stop are 60 and 90 s.
 */
const betweenFilesMs = 180_000;
/** A globalSetup is the suite's own, has no limit, and may fetch and start whole databases. */
const setUpMs = 30 * 60_000;
/** A run that is called off has nothing more to do than to end its workers. */
const calledOffMs = 15_000;

/** What a run is at. */
export interface AtHand {
  /** A file is being carried out: its worker has limits of its own. */
  readonly fileUnderWay: boolean;
  readonly calledOff: boolean;
}

/**
 * Tells a run that gets on from one in which everybody waits for a word that will not come. Counts
 * looks instead of reading a clock: while the machine sleeps nobody looks.
 */
export class Stillness {
  readonly #teardownMs: number;
  #looks = 0;
  #hadWorker = false;

  /** @param teardownMs - what a worker may take to tear down, on top of all else */
  constructor(teardownMs: number) {
    this.#teardownMs = teardownMs;
  }

  /** Files are handed to Vitest, which begins with its set-up. */
  begins(): void {
    this.#hadWorker = false;
    this.#looks = 0;
  }

  /** A worker came or went, or a file was begun or ended. */
  stirred(): void {
    this.#hadWorker = true;
    this.#looks = 0;
  }

  /** @returns for how many ms nothing has happened, once that is too long */
  look({ fileUnderWay, calledOff }: AtHand): number | null {
    this.#looks = fileUnderWay && !calledOff ? 0 : this.#looks + 1;
    const usual = this.#hadWorker ? betweenFilesMs : setUpMs;
    const limit = (calledOff ? calledOffMs : usual) + this.#teardownMs;
    return this.#looks * lookMs > limit ? limit : null;
  }
}
