import { FlakehoundError, type JobStore, type Json } from '../../src/index.js';
import type { TestIdentity } from '../events.js';
import { jobTypes } from './huntRecord.js';

/** A file of a project. */
export interface Place {
  readonly project: string;
  readonly file: string;
}

/** One part of the book, as it lies in a job; numbers count on from the parts before it. */
interface Part {
  readonly files: readonly (readonly [project: string, file: string])[];
  readonly tests: readonly (readonly [file: number, name: string, ordinal: number, id: string])[];
}

/** A test, or a file of which there may be none. */
interface Entry extends Place {
  readonly test: TestIdentity | null;
}

/** Entries of one part: jobs of a megabyte and more are slow to handle. */
const mostInPart = 5_000;

/**
 * Numbers for files and tests, so that a run of a thousand tests doesn't name them all again.
 *
 * Shared by all hunts of a store, also by those that other processes carry out right now: parts
 * are only ever added, each under the next number, and who comes second reads first.
 */
export class NameBook {
  readonly #store: JobStore;
  readonly #files: Place[] = [];
  readonly #tests: TestIdentity[] = [];
  readonly #fileNumbers = new Map<string, number>();
  readonly #testNumbers = new Map<string, number>();
  #parts = 0;

  private constructor(store: JobStore) {
    this.#store = store;
  }

  /** Reads what is there. */
  static async open(store: JobStore): Promise<NameBook> {
    const book = new NameBook(store);
    await book.#readOn();
    return book;
  }

  file(number: number): Place {
    return known(this.#files[number], 'file', number);
  }

  test(number: number): TestIdentity {
    return known(this.#tests[number], 'test', number);
  }

  /** @throws FlakehoundError `HISTORY_DAMAGED` for one that was never learnt */
  fileNumber({ project, file }: Place): number {
    return known(this.#fileNumbers.get(fileKey(project, file)), 'file', file);
  }

  /** @throws FlakehoundError `HISTORY_DAMAGED` for one that was never learnt */
  testNumber(id: string): number {
    return known(this.#testNumbers.get(id), 'test', id);
  }

  /** Gives numbers to those that have none; resolves when they are durable. */
  async learn(tests: Iterable<TestIdentity>, files: Iterable<Place>): Promise<void> {
    const named = new Map<string, Entry>();
    for (const { project, file } of files) {
      named.set(fileKey(project, file), { project, file, test: null });
    }
    for (const test of tests) named.set(test.id, { project: test.project, file: test.file, test });
    let missing = [...named.values()].filter((one) => !this.#has(one));
    while (missing.length > 0) {
      const part = this.#partOf(missing.slice(0, mostInPart));
      try {
        const job = { id: `names/${this.#parts}`, type: jobTypes.names };
        await this.#store.create({ ...job, data: part as unknown as Json });
        this.#add(part);
      } catch (error) {
        // Another process was faster, or nobody can tell whether we were: what is there now may be
        // all we need.
        const isKnown = error instanceof FlakehoundError && retried.has(error.code);
        if (!isKnown) throw error;
        await this.#readOn();
      }
      missing = missing.filter((one) => !this.#has(one));
    }
  }

  #has({ project, file, test }: Entry): boolean {
    return test === null
      ? this.#fileNumbers.has(fileKey(project, file))
      : this.#testNumbers.has(test.id);
  }

  #partOf(entries: readonly Entry[]): Part {
    const files = new Map<string, number>();
    const added: (readonly [string, string])[] = [];
    const numberOf = ({ project, file }: Place): number => {
      const key = fileKey(project, file);
      const number = this.#fileNumbers.get(key) ?? files.get(key);
      if (number !== undefined) return number;
      const next = this.#files.length + added.length;
      files.set(key, next);
      added.push([project, file]);
      return next;
    };
    const tests = entries.flatMap((one) => {
      const file = numberOf(one);
      const { test } = one;
      return test === null ? [] : [[file, test.name, test.ordinal, test.id] as const];
    });
    return { files: added, tests };
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const job = await this.#store.get(`names/${this.#parts}`);
      if (job === undefined) return;
      this.#add(job.data as unknown as Part);
    }
  }

  #add(part: Part): void {
    for (const [project, file] of part.files) {
      this.#fileNumbers.set(fileKey(project, file), this.#files.length);
      this.#files.push({ project, file });
    }
    for (const [file, name, ordinal, id] of part.tests) {
      this.#testNumbers.set(id, this.#tests.length);
      this.#tests.push({ id, ...this.file(file), name, ordinal });
    }
    this.#parts += 1;
  }
}

const retried: ReadonlySet<string> = new Set(['JOB_EXISTS', 'STORE_OUTCOME_UNKNOWN']);

const fileKey = (project: string, file: string): string => `${project}\n${file}`;

function known<T>(found: T | undefined, what: string, which: number | string): T {
  if (found !== undefined) return found;
  throw new FlakehoundError('HISTORY_DAMAGED', `the store names no ${what} ${which}`, {
    hint: 'flakehound store check .flakehound/store says what is wrong with it',
  });
}
