import { type ForkServer, startForkServer } from '../../forkserver/forkServer.js';
import type { FoundVitest } from '../findVitest.js';
import type { AnswerBook } from './answerBook.js';
import type { Scratch } from './scratch.js';
import type { PoolWorkerOptions, WireMessage } from './vitestFace.js';

export interface Template {
  readonly server: ForkServer;
  /** What it was started with: a child needs only what differs. */
  readonly env: Record<string, string>;
}

/** Warm processes to fork files from: one for each project, environment and set of Node options. */
export class Templates {
  readonly #found: FoundVitest;
  readonly #scratch: Scratch;
  readonly #book: AnswerBook;
  readonly #onStderr: (chunk: string) => void;
  readonly #onRejected: (path: string, why: string) => void;
  readonly #started = new Map<string, Promise<Template>>();

  constructor(o: {
    found: FoundVitest;
    scratch: Scratch;
    book: AnswerBook;
    onStderr: (chunk: string) => void;
    onRejected: (path: string, why: string) => void;
  }) {
    this.#found = o.found;
    this.#scratch = o.scratch;
    this.#book = o.book;
    this.#onStderr = o.onStderr;
    this.#onRejected = o.onRejected;
  }

  /** @throws why no template can be had for such files; asked again, it throws again at once */
  get(options: PoolWorkerOptions, start: WireMessage): Promise<Template> {
    const { project, environment, execArgv } = options;
    const key = JSON.stringify([project.name, environment, execArgv]);
    const known = this.#started.get(key);
    if (known) return known;
    const template = this.#start(options, start);
    this.#started.set(key, template);
    return template;
  }

  async #start(options: PoolWorkerOptions, start: WireMessage): Promise<Template> {
    const { project, env, execArgv } = options;
    const server = await startForkServer({
      distPath: this.#found.distPath,
      major: this.#found.major,
      env,
      execArgv,
      start,
      answers: this.#book.of(project),
      externals: this.#book.externals(project),
      flightPath: this.#scratch.flightPath,
      socketDir: this.#scratch.dir,
      onOutput: (chunk, stream) => {
        if (stream === 'stderr') this.#onStderr(chunk.toString('utf8'));
      },
    });
    for (const { path, why } of server.rejectedExternals) this.#onRejected(path, why);
    return { server, env: { ...env } };
  }

  async #all(): Promise<ForkServer[]> {
    const settled = await Promise.allSettled(this.#started.values());
    return settled.flatMap((s) => (s.status === 'fulfilled' ? [s.value.server] : []));
  }

  async pids(): Promise<number[]> {
    return (await this.#all()).map((server) => server.pid);
  }

  async close(): Promise<void> {
    for (const server of await this.#all()) await server.close().catch(() => server.kill());
    this.#started.clear();
  }
}
