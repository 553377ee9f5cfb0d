import { FlakehoundError } from '../errors.js';
import type { Cancel, Clock } from '../ports/clock.js';
import type { Millis } from '../units.js';
import type { Job, JobStatus } from './job.js';
import { checkStatus, missing } from './validate.js';

interface Waiter {
  readonly statuses: ReadonlySet<JobStatus>;
  readonly resolve: (job: Job) => void;
  readonly reject: (error: FlakehoundError) => void;
  cancel: Cancel | undefined;
}

/** What somebody waits for. */
export interface Wanted {
  readonly id: string;
  readonly statuses: JobStatus | readonly JobStatus[];
  readonly timeout?: Millis | undefined;
}

/** Those who wait until a job reaches a status: told by every durable change, never by looking again and again. */
export class Waiters {
  readonly #clock: Clock;
  readonly #byId = new Map<string, Set<Waiter>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait. */
  get size(): number {
    let sum = 0;
    for (const waiters of this.#byId.values()) sum += waiters.size;
    return sum;
  }

  /**
   * @param current - the durable state of the job, read in the same turn
   * @throws FlakehoundError `JOB_MISSING`, `JOB_WAIT_TIMEOUT`, `JOB_VALUE`, `STORE_CLOSED`
   */
  async wait({ id, statuses, timeout }: Wanted, current: Job | undefined): Promise<Job> {
    const wanted = new Set(typeof statuses === 'string' ? [statuses] : statuses);
    if (wanted.size === 0) {
      throw new FlakehoundError(
        'JOB_VALUE',
        `no status to wait for was given for job ${shown(id)}`,
        {
          hint: 'name at least one status',
        },
      );
    }
    for (const status of wanted) checkStatus(status);
    if (timeout !== undefined && !(timeout >= 0)) {
      throw new FlakehoundError('JOB_VALUE', `timeout ${timeout} is no length of time`, {
        hint: 'say milliseconds, 0 or more, or leave it out to wait without end',
      });
    }
    if (current === undefined) throw missing(id);
    if (wanted.has(current.status)) return current;
    return await new Promise<Job>((resolve, reject) => {
      const waiter: Waiter = { statuses: wanted, resolve, reject, cancel: undefined };
      const waiters = this.#byId.get(id) ?? new Set();
      this.#byId.set(id, waiters.add(waiter));
      if (timeout === undefined || timeout === Number.POSITIVE_INFINITY) return;
      waiter.cancel = this.#clock.after(timeout, () => {
        this.#drop(id, waiter);
        reject(timedOut(id, wanted, timeout));
      });
    });
  }

  /** Tells of a durable change. */
  changed(id: string, job: Job | null): void {
    if (this.#byId.size === 0) return;
    const waiters = this.#byId.get(id);
    if (waiters === undefined) return;
    for (const waiter of [...waiters]) {
      if (job === null) {
        this.#drop(id, waiter);
        waiter.reject(missing(id));
      } else if (waiter.statuses.has(job.status)) {
        this.#drop(id, waiter);
        waiter.resolve(job);
      }
    }
  }

  /** The store is closed: nobody will hear any more. */
  close(): void {
    for (const [id, waiters] of this.#byId) {
      for (const waiter of waiters) {
        waiter.cancel?.();
        waiter.reject(
          new FlakehoundError(
            'STORE_CLOSED',
            `the store was closed while job ${shown(id)} was waited for`,
            {
              hint: 'open the store again, and wait again',
            },
          ),
        );
      }
    }
    this.#byId.clear();
  }

  #drop(id: string, waiter: Waiter): void {
    waiter.cancel?.();
    const waiters = this.#byId.get(id);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#byId.delete(id);
  }
}

function timedOut(id: string, wanted: ReadonlySet<JobStatus>, timeout: Millis): FlakehoundError {
  const statuses = [...wanted].join(' or ');
  return new FlakehoundError(
    'JOB_WAIT_TIMEOUT',
    `job ${shown(id)} was not ${statuses} within ${timeout} ms`,
    { hint: 'see whether anybody works on it, or wait longer' },
  );
}

function shown(id: string): string {
  return JSON.stringify(id);
}
