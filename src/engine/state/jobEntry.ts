import type { Job } from '../../jobs/job.js';
import type { JobSeq } from '../../units.js';

/**
 * What is known in memory about one job, in two views. `undefined` in a view: the job doesn't exist
 * there yet, or was never read (`unread`); `null`: it was removed.
 */
export class JobEntry {
  // What a read of a job in memory touches stands first, in one line of the processor's cache.
  /** As reads see it. */
  durable: Job | null | undefined;
  /** What those are answered who ask for the durable job again and again, while it is this one. */
  answer: Promise<Job | undefined> | undefined = undefined;
  /** Asked for since the cache last looked. */
  used = false;
  readonly seq: JobSeq;
  readonly id: string;
  /** As the next write finds it. */
  latest: Job | null | undefined;
  /** The record is in memory or in the table and nobody has asked for it yet. */
  unread: boolean;
  /** Another job of this id that was removed, while the creation of this one isn't durable. */
  previous: JobEntry | undefined = undefined;
  /** The era in which it last became durable; see `RecentState`. */
  era: number;
  /** Its durable state when era `frozenEra` ended, once it has changed since. */
  frozen: Job | null | undefined = undefined;
  frozenEra = -1;
  /** About what it takes on disk. */
  bytes: number;
  /** What the cache counts it for; 0 when it isn't there. */
  cachedBytes = 0;

  constructor(seq: JobSeq, id: string, state: JobEntryState) {
    this.seq = seq;
    this.id = id;
    this.durable = state.durable;
    this.latest = state.latest;
    this.unread = state.unread;
    this.era = state.era;
    this.bytes = state.bytes;
  }
}

/** How an entry begins. */
export interface JobEntryState {
  readonly durable: Job | undefined;
  readonly latest: Job | undefined;
  readonly unread: boolean;
  readonly era: number;
  readonly bytes: number;
}

/** The entry of a job whose record was replayed and that nobody has asked for. */
export function unreadEntry(seq: JobSeq, id: string, era: number): JobEntry {
  return new JobEntry(seq, id, {
    durable: undefined,
    latest: undefined,
    unread: true,
    era,
    bytes: 0,
  });
}
