import * as nodeFiles from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { type Job, type Jobs, queued } from './job.js';

export interface RetryOptions {
  readonly files?: Pick<typeof nodeFiles, 'readFile' | 'rename' | 'writeFile'>;
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** How often an update is tried in all. */
  readonly tries?: number;
}

const codesToRetry: unknown[] = ['ENOENT', 'EBUSY', 'EACCES'];

/** The cure as it was published: whatever the file system complains about is tried again. */
export class RetriedJobFile {
  readonly #path: string;
  readonly #files: NonNullable<RetryOptions['files']>;
  readonly #sleep: NonNullable<RetryOptions['sleep']>;
  readonly #tries: number;

  constructor(
    path: string,
    { files = nodeFiles, sleep = setTimeout, tries = 5 }: RetryOptions = {},
  ) {
    this.#path = path;
    this.#files = files;
    this.#sleep = sleep;
    this.#tries = tries;
  }

  async update(id: string, patch: Partial<Job>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#tryUpdate(id, patch);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (attempt === this.#tries || !codesToRetry.includes(code)) throw error;
        await this.#sleep(10 * 2 ** (attempt - 1));
      }
    }
  }

  async #tryUpdate(id: string, patch: Partial<Job>): Promise<void> {
    const jobs: Jobs = JSON.parse(await this.#files.readFile(this.#path, 'utf8'));
    const job = { ...(jobs[id] ?? queued), ...patch };
    await this.#files.writeFile(`${this.#path}.tmp`, JSON.stringify({ ...jobs, [id]: job }));
    await this.#files.rename(`${this.#path}.tmp`, this.#path);
  }
}
