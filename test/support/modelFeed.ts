import type { Job, JobStatus } from '../../src/jobs/job.js';
import type { JobChange, JobStore } from '../../src/jobs/jobStore.js';
import type { Cancel, Clock } from '../../src/ports/clock.js';
import { failure } from './modelRules.js';

/** Batches go out no closer than this. */
const spacingMs = 100;

type Listener = Parameters<JobStore['onChange']>[0];

/** One listener of changes, and what it hasn't been told. */
export class ModelFeed {
  private readonly listener: Listener;
  private readonly clock: Clock;
  private readonly complain: (error: unknown) => void;
  private waiting: JobChange[] = [];
  /** Settles when the listener is done with what it is being told. */
  private telling: Promise<void> | undefined;
  private isScheduled = false;
  private isOver = false;

  constructor(listener: Listener, clock: Clock, complain: (error: unknown) => void) {
    this.listener = listener;
    this.clock = clock;
    this.complain = complain;
  }

  add(change: JobChange): void {
    if (this.isOver) return;
    this.waiting.push(change);
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.clock.soon(() => this.deliver());
  }

  end(): void {
    this.isOver = true;
    this.waiting = [];
  }

  /** Tells the rest, at once unless the listener is busy; nobody waits until it is done. */
  finish(): void {
    if (this.telling === undefined) this.tell();
    else void this.telling.then(() => this.tell());
  }

  private deliver(): void {
    if (this.isOver) return;
    this.tell();
    this.clock.after(spacingMs, async () => {
      await this.telling;
      this.isScheduled = this.waiting.length > 0;
      if (this.isScheduled) this.deliver();
    });
  }

  private tell(): void {
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length === 0 || this.isOver) return;
    const call = async (): Promise<void> => {
      try {
        await this.listener(batch);
      } catch (error) {
        this.complain(error);
      }
    };
    const telling = call();
    this.telling = telling;
    void telling.then(() => {
      if (this.telling === telling) this.telling = undefined;
    });
  }
}

/** Somebody who waits for a status of one job. */
export class ModelWaiter {
  readonly id: string;
  readonly done: Promise<Job>;
  private readonly statuses: readonly JobStatus[];
  private resolve: (job: Job) => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;
  private cancelTimeout: Cancel = () => undefined;

  constructor(id: string, statuses: readonly JobStatus[]) {
    this.id = id;
    this.statuses = statuses;
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  giveUpAfter(ms: number, clock: Clock, forget: () => void): void {
    this.cancelTimeout = clock.after(ms, () => {
      forget();
      this.reject(failure('JOB_WAIT_TIMEOUT', `${this.id} was not ${this.statuses} in ${ms} ms`));
    });
  }

  /** True when this ends the waiting. */
  see(job: Job | null): boolean {
    if (job === null) this.refuse(failure('JOB_MISSING', `${this.id} was removed`));
    else if (this.statuses.includes(job.status)) this.resolve(job);
    else return false;
    this.cancelTimeout();
    return true;
  }

  refuse(error: unknown): void {
    this.cancelTimeout();
    this.reject(error);
  }
}
