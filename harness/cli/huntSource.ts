import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FlakehoundError, invariant, type JobStore } from '../../src/index.js';
import { findHunt, listHunts, reportOfHunt } from '../history/huntReader.js';
import type { StoredHunt } from '../history/huntRecord.js';
import { NameBook } from '../history/names.js';
import type { HuntReport } from '../stats/huntReport.js';
import { huntsFolder, huntsInFiles } from './huntFolder.js';
import type { Io } from './io.js';
import { readReport } from './readReport.js';

/** A hunt that was named on the command line, or the last one. */
export interface SourcedHunt {
  readonly report: HuntReport;
  /** What the store knows besides; null for a report that is a file. */
  readonly stored: StoredHunt | null;
}

interface Opened {
  readonly store: JobStore | null;
  readonly trouble: unknown;
}

/** Finds hunts by what people type: an id, a file, nothing at all. */
export class HuntSource {
  readonly #io: Io;
  readonly #root: string;
  readonly #store: JobStore | null;
  /** Why the store can't be opened: of no interest to who finds what he looks for without it. */
  readonly #trouble: unknown;
  #names: NameBook | null = null;

  private constructor(io: Io, root: string, opened: Opened) {
    this.#io = io;
    this.#root = root;
    this.#store = opened.store;
    this.#trouble = opened.trouble;
  }

  /** Opens the root's store, if it has one, for as long as `use` takes. */
  static async use<T>(io: Io, root: string, use: (source: HuntSource) => Promise<T>): Promise<T> {
    const opened: Opened = await io.openHistory(root, 'none').then(
      (store) => ({ store, trouble: null }),
      (trouble: unknown) => ({ store: null, trouble }),
    );
    try {
      return await use(new HuntSource(io, root, opened));
    } finally {
      await opened.store?.close();
    }
  }

  /**
   * @returns null where the root has none
   * @throws FlakehoundError `STORE_*`
   */
  get store(): JobStore | null {
    if (this.#trouble !== null) throw this.#trouble;
    return this.#store;
  }

  /**
   * The hunt that began last and of which something is known.
   *
   * @throws FlakehoundError `REPORT_UNREADABLE` when there is none
   */
  async last(): Promise<SourcedHunt> {
    const tells = ({ result, job }: StoredHunt): boolean =>
      result !== null || (job.progress ?? 0) > 0;
    const { store } = this;
    const inStore = store === null ? [] : await listHunts(store, { limit: 1, isWanted: tells });
    const [stored] = inStore;
    const file = (await huntsInFiles(this.#root)).at(-1);
    // Ids sort by time.
    if (stored !== undefined && (file === undefined || stored.id > file)) {
      return this.#fromStore(stored);
    }
    if (file !== undefined) return this.#fromFile(file);
    throw new FlakehoundError('REPORT_UNREADABLE', `no stored hunt under ${this.#root}`, {
      hint: 'flakehound hunt stores one; flakehound report FILE reads another report',
    });
  }

  /**
   * By id or by path; null when it is neither.
   *
   * @throws FlakehoundError `STORE_*` when only the store could tell
   */
  async find(typed: string): Promise<SourcedHunt | null> {
    const stored = this.#store === null ? null : await findHunt(this.#store, typed);
    if (stored !== null) return this.#fromStore(stored);
    const path = resolve(this.#io.cwd, typed);
    if (await isThere(path)) return { report: await readReport(path), stored: null };
    if ((await huntsInFiles(this.#root)).includes(typed)) return this.#fromFile(typed);
    if (this.#trouble !== null) throw this.#trouble;
    return null;
  }

  async reportOf(stored: StoredHunt): Promise<HuntReport> {
    return (await this.#fromStore(stored)).report;
  }

  async #fromFile(id: string): Promise<SourcedHunt> {
    return { report: await readReport(join(huntsFolder(this.#root), `${id}.json`)), stored: null };
  }

  async #fromStore(stored: StoredHunt): Promise<SourcedHunt> {
    invariant(this.#store !== null, 'a stored hunt comes from a store');
    this.#names ??= await NameBook.open(this.#store);
    return { report: await reportOfHunt(this.#store, stored, this.#names), stored };
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
