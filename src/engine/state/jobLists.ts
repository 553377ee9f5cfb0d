import type { Job, JobStatus } from '../../jobs/job.js';
import { jobStatuses } from '../../jobs/job.js';
import type { Bytes, JobSeq } from '../../units.js';
import type { JobWhere } from '../tables/tableJob.js';
import { Listing } from './listing.js';
import { RecentChildren } from './recentChildren.js';
import type { RecentState } from './recentState.js';
import type { SeqSet } from './seqPages.js';

/** About what a job in memory takes. */
const jobBytes = 512;
const mostListings = 16;

/** Which jobs to list; `after` is the seq of a job. */
export interface ListQuery {
  readonly status?: JobStatus | readonly JobStatus[] | undefined;
  readonly type?: string | undefined;
  readonly parent?: string | undefined;
  readonly after?: JobSeq | undefined;
  readonly limit?: number | undefined;
  readonly newest?: boolean | undefined;
}

/**
 * Lists and counts the durable jobs: those of the table merged with those that changed since. A
 * list that was asked for stays, follows the changes, and is handed out as a copy the next time.
 */
export class JobLists {
  readonly #state: RecentState;
  readonly #listings = new Map<string, Listing>();
  /** Jobs that the lists together may hold in memory beside what is there anyway. */
  readonly #mostJobs: number;
  readonly #soon: (action: () => void) => void;
  readonly #recentChildren: RecentChildren;

  /** @param soon - calls back when the current turn of the event loop is over */
  constructor(state: RecentState, cacheBytes: Bytes, soon: (action: () => void) => void) {
    this.#state = state;
    this.#mostJobs = Math.floor(cacheBytes / jobBytes);
    this.#soon = soon;
    this.#recentChildren = new RecentChildren(state);
    state.onSettled((change) => {
      const { entry, before, job } = change;
      this.#recentChildren.follow(change);
      for (const [key, listing] of this.#listings) {
        listing.move(entry.seq, before, job);
        if (listing.isStale) this.#listings.delete(key);
      }
    });
  }

  /** How many there are, without reading them. */
  count(query: Pick<ListQuery, 'status' | 'type'>): number {
    return this.#state.counts.count(whereOf(query), this.#state.countBase);
  }

  /** A fresh array of jobs, oldest first, or newest first. */
  list(query: ListQuery): Job[] {
    const { limit = Number.POSITIVE_INFINITY } = query;
    if (limit <= 0) return [];
    const children = this.#children(query, limit);
    if (children !== undefined) return children;
    const listing = this.#listing(query, limit);
    if (listing === undefined) return this.#walk(query, limit);
    const { after, newest, parent } = query;
    const isWhole = after === undefined && parent === undefined && newest !== true;
    if (!isWhole || limit < listing.jobs().length) return cut(listing, query, limit);
    const jobs = listing.copy();
    if (listing.wantsCopy) this.#soon(() => listing.copyAhead());
    return jobs;
  }

  /** The ready list for a query, if there is one or it pays to make one. */
  #listing(query: ListQuery, limit: number): Listing | undefined {
    const where = whereOf(query);
    const key = keyOf(where);
    const known = this.#listings.get(key);
    if (known !== undefined) {
      this.#listings.delete(key);
      this.#listings.set(key, known);
      return known;
    }
    const wanted = query.parent === undefined ? limit : Number.POSITIVE_INFINITY;
    if (this.#state.table.count(where) > Math.min(this.#mostJobs, 4 * wanted)) return undefined;
    const seqs: JobSeq[] = [];
    const jobs: Job[] = [];
    for (const [seq, job] of this.#matching(where, {})) {
      seqs.push(seq);
      jobs.push(job);
    }
    const listing = new Listing(matcher(where), seqs, jobs);
    this.#listings.set(key, listing);
    for (const oldest of this.#listings.keys()) {
      if (this.#listings.size <= mostListings) break;
      this.#listings.delete(oldest);
    }
    return listing;
  }

  /** A parent's jobs, without a look at those of others; undefined where the table has no index of them. */
  #children(
    { parent, after, newest = false, ...query }: ListQuery,
    limit: number,
  ): Job[] | undefined {
    if (parent === undefined) return undefined;
    const stored = this.#state.table.children(parent);
    if (stored === undefined) return undefined;
    const isMatch = matcher(whereOf(query));
    const sign = newest ? -1 : 1;
    const seqs = [...new Set([...stored, ...this.#recentChildren.of(parent)])];
    const found: Job[] = [];
    for (const seq of seqs.sort((a, b) => sign * (a - b))) {
      if (after !== undefined && sign * (seq - after) <= 0) continue;
      const job = this.#state.at(seq)?.durable;
      if (!job || job.parent !== parent || !isMatch(job)) continue;
      if (found.push(job) >= limit) break;
    }
    return found;
  }

  #walk(query: ListQuery, limit: number): Job[] {
    const found: Job[] = [];
    for (const [, job] of this.#matching(whereOf(query), query)) {
      if (query.parent !== undefined && job.parent !== query.parent) continue;
      found.push(job);
      if (found.length >= limit) break;
    }
    return found;
  }

  /** Merges the table's jobs with the recent ones. */
  *#matching(
    where: JobWhere,
    { after, newest = false }: Pick<ListQuery, 'after' | 'newest'>,
  ): Generator<[JobSeq, Job]> {
    const state = this.#state;
    const sign = newest ? -1 : 1;
    const range = { newest, ...(after === undefined ? {} : { after }) };
    const stored = state.table.seqs(where, range);
    const recent = mergedWalk(state.recentSets(), newest, after);
    const isMatch = matcher(where);
    const { raw } = state.countBase;
    const nextRecent = (): JobSeq | undefined => {
      for (;;) {
        const { done, value } = recent.next();
        if (done) return undefined;
        // Of what was replayed, only jobs of this type are worth parsing.
        if (where.type !== undefined && (raw?.type(value) ?? where.type) !== where.type) continue;
        if (where.statuses === undefined || where.statuses.includes(state.recentStatus(value))) {
          return value;
        }
      }
    };
    const nextStored = (): JobSeq | undefined => {
      let seq = stored.next();
      while (seq !== undefined && state.isRecent(seq)) seq = stored.next();
      return seq;
    };
    let left = nextStored();
    let right = nextRecent();
    while (left !== undefined || right !== undefined) {
      const isLeft = right === undefined || (left !== undefined && sign * (left - right) < 0);
      const seq = isLeft ? left! : right!;
      const job = state.at(seq)?.durable;
      if (job && isMatch(job)) yield [seq, job];
      if (isLeft) left = nextStored();
      else right = nextRecent();
    }
  }
}

function cut(listing: Listing, query: ListQuery, limit: number): Job[] {
  const { after, newest = false, parent } = query;
  let jobs = listing.jobs();
  let from = 0;
  let to = jobs.length;
  if (after !== undefined) {
    const { below, above } = listing.around(after);
    if (newest) to = below;
    else from = above;
  }
  if (parent !== undefined) {
    jobs = jobs.slice(from, to).filter((job) => job.parent === parent);
    from = 0;
    to = jobs.length;
  }
  if (newest) return jobs.slice(Math.max(from, to - limit), to).reverse();
  return jobs.slice(from, Math.min(to, from + limit));
}

/** No type has the key of all. */
function keyOf({ type, statuses }: JobWhere): string {
  const all = statuses === undefined ? 'all' : statuses.join();
  return type === undefined ? all : `${all} ${type}`;
}

function whereOf({ status, type }: Pick<ListQuery, 'status' | 'type'>): JobWhere {
  return {
    ...(type === undefined ? {} : { type }),
    ...(status === undefined ? {} : { statuses: numbersOf(status) }),
  };
}

function numbersOf(status: JobStatus | readonly JobStatus[]): number[] {
  if (typeof status === 'string') return [jobStatuses.indexOf(status)];
  return [...new Set(status.map((one) => jobStatuses.indexOf(one)))].sort();
}

function matcher({ type, statuses }: JobWhere): (job: Job) => boolean {
  const wanted = statuses && new Set(statuses.map((number) => jobStatuses[number]));
  return (job) =>
    (type === undefined || job.type === type) && (wanted === undefined || wanted.has(job.status));
}

/** The members of one or two sets in order, each once. */
function* mergedWalk(
  sets: readonly SeqSet[],
  newest: boolean,
  after: JobSeq | undefined,
): Generator<JobSeq, undefined> {
  const sign = newest ? -1 : 1;
  const walks = sets.map((set) => set.walk(newest, after));
  const heads = walks.map((walk) => walk.next());
  for (;;) {
    let least: JobSeq | undefined;
    for (const { done, value } of heads) {
      if (!done && (least === undefined || sign * (value - least) < 0)) least = value;
    }
    if (least === undefined) return undefined;
    for (let index = 0; index < heads.length; index++) {
      if (heads[index]!.value === least) heads[index] = walks[index]!.next();
    }
    yield least;
  }
}
