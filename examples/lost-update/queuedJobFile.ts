import type { Job } from './job.js';
import { JobFile } from './jobFile.js';

/** A job file whose updates line up: each reads what the one before wrote. */
export class QueuedJobFile extends JobFile {
  #last: Promise<void> = Promise.resolve();

  override update(id: string, patch: Partial<Job>): Promise<void> {
    const mine = this.#last.then(() => super.update(id, patch));
    this.#last = mine.catch(() => {});
    return mine;
  }
}
