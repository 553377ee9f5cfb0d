import type { Millis } from '../../units.js';

/**
 * How often the other microtasks go first. Whoever awaits an answer through functions of its own
 * needs up to three for each of them before it writes again.
 */
const patience = 12;

/** So many commits may follow each other before the event loop has its turn. */
const inARow = 8;

/** Who takes longer until all have written did something else as well: that may wait for a turn too. */
const longest: Millis = 0.03;
const longestEach: Millis = 0.005;

const resolved = Promise.resolve();

/**
 * Waits, after a commit, for those whom it answered: who writes again at once needs no turn of the
 * event loop, which costs a tenth of a commit, to be gathered with the others.
 */
export class Encore {
  readonly #elapsed: () => Millis;
  readonly #ended: () => void;
  #left = 0;
  #told = 0;
  #began: Millis = 0;
  #row = 0;

  /** @param ended - called when those who write again at once have written */
  constructor(elapsed: () => Millis, ended: () => void) {
    this.#elapsed = elapsed;
    this.#ended = ended;
  }

  get isRunning(): boolean {
    return this.#left > 0;
  }

  /** Begins to wait for the writers of so many records, who were just told. */
  begin(told: number): void {
    this.#told = told;
    this.#began = this.#elapsed();
    this.#left = patience;
    resolved.then(this.#step);
  }

  /** Whether a group with so many records needs to wait for nobody else. */
  isComplete(records: number): boolean {
    const took = this.#elapsed() - this.#began;
    const atOnce = took <= longest + longestEach * this.#told;
    if (records >= this.#told && atOnce && this.#row < inARow) {
      this.#row++;
      return true;
    }
    this.#row = 0;
    return false;
  }

  readonly #step = (): void => {
    this.#left--;
    if (this.#left > 0) resolved.then(this.#step);
    else this.#ended();
  };
}
