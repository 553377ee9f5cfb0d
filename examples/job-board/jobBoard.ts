import * as nodeFiles from 'node:fs/promises';
import { join } from 'node:path';

export interface Job {
  readonly id: string;
  readonly owner: string | null;
  /** Grows by one with each save. */
  readonly version: number;
}

export type Files = Pick<
  typeof nodeFiles,
  'appendFile' | 'copyFile' | 'readFile' | 'rename' | 'writeFile'
>;

/** The job has been saved by somebody else since it was read. */
export class ConflictError extends Error {}

/** Jobs in one file, with versions, a queue of writes, a backup, an error log and a health check. */
export class JobBoard {
  protected readonly files: Files;
  readonly #folder: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string, files: Files = nodeFiles) {
    this.#folder = folder;
    this.files = files;
  }

  async create(ids: readonly string[]): Promise<void> {
    const jobs = ids.map((id): Job => ({ id, owner: null, version: 1 }));
    await this.files.writeFile(this.#file('jobs.json'), JSON.stringify(jobs));
  }

  async read(): Promise<Job[]> {
    return JSON.parse(await this.files.readFile(this.#file('jobs.json'), 'utf8'));
  }

  async get(id: string): Promise<Job> {
    const job = (await this.read()).find((other) => other.id === id);
    if (job === undefined) throw new Error(`no job ${id}`);
    return job;
  }

  /** @throws ConflictError when its version isn't the latest */
  async save(job: Job): Promise<void> {
    await this.checkVersion(job);
    await this.inTurn(() => this.write(job));
  }

  /** What a monitor asks for. */
  async health(): Promise<{ jobs: number; errors: number }> {
    const log = await this.files.readFile(this.#file('errors.log'), 'utf8').catch(() => '');
    return { jobs: (await this.read()).length, errors: log.split('\n').length - 1 };
  }

  protected async checkVersion({ id, version }: Job): Promise<void> {
    const latest = await this.get(id);
    if (latest.version !== version) throw new ConflictError(`${id} is at ${latest.version}`);
  }

  /** Runs when all that came before is over. */
  protected inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    return mine;
  }

  protected async write(job: Job): Promise<void> {
    const path = this.#file('jobs.json');
    try {
      const jobs = await this.read();
      const saved = { ...job, version: job.version + 1 };
      const next = jobs.map((other) => (other.id === job.id ? saved : other));
      await this.files.copyFile(path, this.#file('jobs.bak'));
      await this.files.writeFile(`${path}.tmp`, JSON.stringify(next));
      await this.files.rename(`${path}.tmp`, path);
    } catch (error) {
      // The caller shall hear of the error itself, even where it can't be logged.
      await this.files.appendFile(this.#file('errors.log'), `${error}\n`).catch(() => {});
      throw error;
    }
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}
