import type { Job } from '../../jobs/job.js';
import type { JobSeq } from '../../units.js';

/** From so many jobs that come or go on, building the list anew is faster than moving its end each time. */
const manyMoves = 8;

/** From so many jobs on, a copy is made ahead: it takes memory that the kernel hands out page by page. */
const manyJobs = 4096;

/**
 * The jobs of one filter in order of creation, kept ready: a change costs next to nothing until
 * somebody asks, and asking costs a step per change and a copy of the list, which a long one has
 * ready since the last answer.
 */
export class Listing {
  readonly matches: (job: Job) => boolean;
  #seqs: JobSeq[];
  #jobs: Job[];
  /** Another array of the same jobs, for the next who asks. */
  #copy: Job[] | undefined;
  #changed = new Map<JobSeq, Job | undefined>();

  /** @param seqs - ascending, one per job */
  constructor(matches: (job: Job) => boolean, seqs: JobSeq[], jobs: Job[]) {
    this.matches = matches;
    this.#seqs = seqs;
    this.#jobs = jobs;
  }

  /** Whether so much has changed that reading everything again is no worse, if anybody ever asks. */
  get isStale(): boolean {
    return this.#changed.size > 1024 + this.#jobs.length;
  }

  /** Follows one change. */
  move(seq: JobSeq, before: Job | null, job: Job | null): void {
    if (job !== null && this.matches(job)) this.#changed.set(seq, job);
    else if (before !== null && this.matches(before)) this.#changed.set(seq, undefined);
  }

  /** The jobs, ascending by seq; not to be changed, and valid until the next call. */
  jobs(): readonly Job[] {
    if (this.#changed.size > 0) this.#update();
    return this.#jobs;
  }

  /** The same, for the caller to keep. */
  copy(): Job[] {
    if (this.#changed.size > 0) this.#update();
    const copy = this.#copy ?? this.#jobs.slice();
    this.#copy = undefined;
    return copy;
  }

  /** Whether the next copy is to be made ahead. */
  get wantsCopy(): boolean {
    return this.#copy === undefined && this.#jobs.length >= manyJobs;
  }

  /** Makes the next copy, so that it doesn't take the time of the one who asks for it. */
  copyAhead(): void {
    this.#copy ??= this.#jobs.slice();
  }

  /** Where the jobs below a seq end, and where those above it begin. */
  around(seq: JobSeq): { readonly below: number; readonly above: number } {
    if (this.#changed.size > 0) this.#update();
    const below = this.#find(seq);
    return { below, above: this.#seqs[below] === seq ? below + 1 : below };
  }

  #update(): void {
    const changed = [...this.#changed].sort(([a], [b]) => a - b);
    this.#changed = new Map();
    const moves = changed.filter(([seq, job]) => {
      const index = this.#find(seq);
      const isThere = this.#seqs[index] === seq;
      if (isThere && job !== undefined) {
        this.#jobs[index] = job;
        if (this.#copy !== undefined) this.#copy[index] = job;
      }
      return isThere === (job === undefined);
    });
    const last = this.#seqs.at(-1) ?? 0;
    const isAppend = moves.every(([seq]) => seq > last);
    if (!isAppend && moves.length > manyMoves) this.#rebuild(moves);
    else for (const [seq, job] of moves) this.#move(seq, job);
  }

  #move(seq: JobSeq, job: Job | undefined): void {
    const index = this.#find(seq);
    if (job === undefined) {
      this.#seqs.splice(index, 1);
      this.#jobs.splice(index, 1);
      this.#copy?.splice(index, 1);
    } else if (index === this.#seqs.length) {
      this.#seqs.push(seq);
      this.#jobs.push(job);
      this.#copy?.push(job);
    } else {
      this.#seqs.splice(index, 0, seq);
      this.#jobs.splice(index, 0, job);
      this.#copy?.splice(index, 0, job);
    }
  }

  #rebuild(moves: readonly (readonly [JobSeq, Job | undefined])[]): void {
    const seqs: JobSeq[] = [];
    const jobs: Job[] = [];
    let next = 0;
    for (let index = 0; index < this.#seqs.length; index++) {
      const seq = this.#seqs[index]!;
      while (next < moves.length && moves[next]![0] < seq) {
        const [added, job] = moves[next++]!;
        seqs.push(added);
        jobs.push(job!); // What isn't in the list can only come.
      }
      if (next < moves.length && moves[next]![0] === seq) {
        next++;
        continue;
      }
      seqs.push(seq);
      jobs.push(this.#jobs[index]!);
    }
    for (; next < moves.length; next++) {
      seqs.push(moves[next]![0]);
      jobs.push(moves[next]![1]!);
    }
    this.#seqs = seqs;
    this.#jobs = jobs;
    this.#copy = undefined;
  }

  /** The first place whose seq is not below. */
  #find(seq: JobSeq): number {
    let low = 0;
    let high = this.#seqs.length;
    if (high > 0 && this.#seqs[high - 1]! < seq) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#seqs[middle]! < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
