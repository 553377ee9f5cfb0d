import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FlakehoundError, invariant, type JobStore } from '../../src/index.js';
import {
  type ListedHunt,
  listedHunt,
  listedReport,
  type TestInHunt,
  testsOfHunt,
  testsOfReport,
} from '../history/huntList.js';
import { findHunt, listHunts, reportOfHunt } from '../history/huntReader.js';
import type { StoredHunt } from '../history/huntRecord.js';
import { NameBook } from '../history/names.js';
import { tallyOf } from '../report/summary.js';
import type { HuntReport } from '../stats/huntReport.js';
import { byText } from '../stats/order.js';
import { huntsFolder, huntsInFiles } from './huntFolder.js';
import type { Io } from './io.js';
import { readReport } from './readReport.js';

/** A hunt that was named on the command line, or the last one. */
export interface SourcedHunt {
  readonly report: HuntReport;
  /** What the store knows besides; null for a report that is a file. */
  readonly stored: StoredHunt | null;
}

/** One hunt of a list, whose tests are read when somebody asks. */
export interface ListedSource {
  readonly listed: ListedHunt;
  tests(): Promise<readonly TestInHunt[]>;
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
    const opened: Opened = await io.openHistory(root, 'read').then(
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

  /** The newest hunt of a commit: of the commit itself if there is one, else with changes to it. */
  async atCommit(commit: string): Promise<SourcedHunt | null> {
    const { store } = this;
    if (store === null) return null;
    for (const clean of [true, false]) {
      const isWanted = (hunt: StoredHunt): boolean => {
        const { git } = hunt.record.tree;
        return tells(hunt) && git?.commit === commit && (git.changes === null) === clean;
      };
      const [hunt] = await listHunts(store, { limit: 1, isWanted });
      if (hunt !== undefined) return this.#fromStore(hunt);
    }
    return null;
  }

  /** Hunts, the newest first; those whose reports are files are on no branch. */
  async list(which: {
    readonly limit: number;
    readonly branch: string | null;
  }): Promise<readonly ListedSource[]> {
    const { store } = this;
    const { limit, branch } = which;
    const isWanted = ({ record }: StoredHunt): boolean =>
      branch === null || record.tree.git?.branch === branch;
    const stored = store === null ? [] : await listHunts(store, { limit, isWanted });
    const files = branch === null ? await huntsInFiles(this.#root) : [];
    const newest = [
      ...stored.map((hunt) => ({ id: hunt.id, hunt })),
      ...files.map((id) => ({ id, hunt: null })),
    ]
      .sort((a, b) => byText(b.id, a.id))
      .slice(0, limit);
    const listed: ListedSource[] = [];
    for (const { id, hunt } of newest) {
      listed.push(hunt === null ? await this.#listFile(id) : this.#listStored(hunt));
    }
    return listed;
  }

  #listStored(hunt: StoredHunt): ListedSource {
    const isRunning = this.#io.processes.state(hunt.record.holder) === 'alive';
    return {
      listed: listedHunt(hunt, isRunning),
      tests: async () => {
        invariant(this.#store !== null, 'a stored hunt comes from a store');
        return testsOfHunt(this.#store, hunt, await this.#book(this.#store));
      },
    };
  }

  async #listFile(id: string): Promise<ListedSource> {
    const { report } = await this.#fromFile(id);
    const tests = testsOfReport(report);
    return { listed: listedReport(report, tallyOf(report)), tests: async () => tests };
  }

  async #book(store: JobStore): Promise<NameBook> {
    this.#names ??= await NameBook.open(store);
    return this.#names;
  }

  async #fromFile(id: string): Promise<SourcedHunt> {
    return { report: await readReport(join(huntsFolder(this.#root), `${id}.json`)), stored: null };
  }

  async #fromStore(stored: StoredHunt): Promise<SourcedHunt> {
    invariant(this.#store !== null, 'a stored hunt comes from a store');
    const names = await this.#book(this.#store);
    return { report: await reportOfHunt(this.#store, stored, names), stored };
  }
}

/** Whether something is known of it. */
const tells = ({ result, job }: StoredHunt): boolean => result !== null || (job.progress ?? 0) > 0;

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
