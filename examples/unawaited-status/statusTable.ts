import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Row {
  readonly status: 'queued' | 'active' | 'done';
  readonly attempts: number;
}

/** One row per job, read and replaced as a whole, as a database would; each row is a file. */
export class StatusTable {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(id: string): Promise<Row> {
    return JSON.parse(await readFile(this.#file(id), 'utf8'));
  }

  async write(id: string, row: Row): Promise<void> {
    const next = this.#file(randomUUID());
    await writeFile(next, JSON.stringify(row));
    await rename(next, this.#file(id));
  }

  #file(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}
