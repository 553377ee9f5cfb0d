import type { JobSeq } from '../../units.js';
import type { StateChange } from './pendingChanges.js';
import type { RecentState } from './recentState.js';
import type { TableView } from './tableView.js';

/** Which of the jobs that came since the last checkpoint belong to which parent; gathered when somebody asks. */
export class RecentChildren {
  readonly #state: RecentState;
  /** The table on which the jobs lie that were gathered. */
  #table: TableView | undefined;
  #byParent = new Map<string, JobSeq[]>();

  constructor(state: RecentState) {
    this.#state = state;
  }

  /** The seqs of a parent's children, in no order; some may be gone by now. */
  of(parent: string): readonly JobSeq[] {
    if (this.#table !== this.#state.table) this.#gather();
    return this.#byParent.get(parent) ?? [];
  }

  /** Follows a change that became durable. */
  follow({ entry, before, job }: StateChange): void {
    if (this.#table === undefined || before !== null || !job?.parent) return;
    this.#add(job.parent, entry.seq);
  }

  #gather(): void {
    const state = this.#state;
    this.#byParent = new Map();
    this.#table = state.table;
    const { raw } = state.countBase;
    for (const set of state.recentSets()) {
      for (const seq of set.walk()) {
        // The parent never changes, so that the record of the creation tells it.
        const isRaw = raw?.has(seq) === true;
        const parent = isRaw ? raw.parent(seq) : state.at(seq)?.durable?.parent;
        if (parent) this.#add(parent, seq);
      }
    }
  }

  #add(parent: string, seq: JobSeq): void {
    const known = this.#byParent.get(parent);
    if (known === undefined) this.#byParent.set(parent, [seq]);
    else known.push(seq);
  }
}
