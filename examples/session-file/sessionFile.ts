import * as nodeFiles from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { type Files, removeFile, replaceFile } from './replaceFile.js';

export type Session = Readonly<Record<string, string>>;

export interface SessionOptions {
  readonly files?: Files;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** How long changes gather before they are saved together. */
const batchMs = 50;
/** How long to wait after each failed save but the last. */
const backoffMs = [10, 20, 40];

/** A session kept in a file: saved in batches, again while the file is busy, else beside it. */
export class SessionFile {
  readonly #path: string;
  readonly #files: Files;
  readonly #sleep: NonNullable<SessionOptions['sleep']>;
  #session: Session;
  #batch: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string, session: Session, options: Required<SessionOptions>) {
    this.#path = path;
    this.#session = session;
    this.#files = options.files;
    this.#sleep = options.sleep;
  }

  static async open(
    path: string,
    { files = nodeFiles, sleep = setTimeout }: SessionOptions = {},
  ): Promise<SessionFile> {
    return new SessionFile(path, await readSession(path, files), { files, sleep });
  }

  get session(): Session {
    return this.#session;
  }

  set(key: string, value: string): void {
    this.#session = { ...this.#session, [key]: value };
    if (this.#batch !== undefined) return;
    const before = this.#last.catch(() => {});
    this.#batch = Promise.all([this.#sleep(batchMs), before]).then(() => this.#save());
    this.#last = this.#batch;
    this.#last.catch(() => {}); // Whoever asks saved() hears of it.
  }

  /** Resolves when all that was set is in a file; rejects when it could be put in none. */
  saved(): Promise<void> {
    return this.#batch ?? this.#last;
  }

  async #save(): Promise<void> {
    this.#batch = undefined;
    const content = JSON.stringify(this.#session);
    for (const waitMs of [...backoffMs, undefined]) {
      try {
        await replaceFile(this.#files, this.#path, content);
        return await removeFile(this.#files, recoveryOf(this.#path));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
        if (waitMs !== undefined) await this.#sleep(waitMs);
      }
    }
    await replaceFile(this.#files, recoveryOf(this.#path), content);
  }
}

const recoveryOf = (path: string) => `${path}.recovery`;

/** The recovery file is there only while it is newer than the session file. */
async function readSession(path: string, files: Files): Promise<Session> {
  for (const candidate of [recoveryOf(path), path]) {
    try {
      return JSON.parse(await files.readFile(candidate, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return {};
}
