import { readFile } from 'node:fs/promises';
import { type Job, type Jobs, queued } from './job.js';
import { replaceFile } from './replaceFile.js';

/** All jobs in one JSON file. Each write is atomic; the update around it is not. */
export class JobFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<Jobs> {
    return JSON.parse(await readFile(this.#path, 'utf8'));
  }

  async update(id: string, patch: Partial<Job>): Promise<void> {
    const jobs = await this.read();
    const job = { ...(jobs[id] ?? queued), ...patch };
    await replaceFile(this.#path, JSON.stringify({ ...jobs, [id]: job }));
  }
}
