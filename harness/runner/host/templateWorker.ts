import type { ForkedWorker } from '../../forkserver/forkServer.js';
import type { RawWorker } from './rawWorker.js';
import type { Template } from './templates.js';
import type { PoolWorkerOptions, WireMessage } from './vitestFace.js';

export interface TemplateWorkerOptions {
  readonly pool: PoolWorkerOptions;
  /** A setup file of ours which the template makes superfluous. */
  readonly flightSetup: string;
  template(start: WireMessage): Promise<Template>;
  /** Takes over when no template can be had. */
  ordinary(why: unknown): RawWorker;
}

const graceMs = 500;

/**
 * A forked copy of a template as a worker. It is forked when Vitest says 'start', since the
 * template needs that message too; the child then is where an ordinary worker is after it.
 */
export class TemplateWorker implements RawWorker {
  readonly #options: TemplateWorkerOptions;
  #child: ForkedWorker | null = null;
  #instead: RawWorker | null = null;
  #exited = false;
  #killed = false;
  #onMessage: (message: WireMessage) => void = () => undefined;
  #onExit: Parameters<RawWorker['onExit']>[0] = () => undefined;

  constructor(options: TemplateWorkerOptions) {
    this.#options = options;
  }

  get forked(): boolean {
    return this.#instead === null;
  }

  get pid(): number | undefined {
    return this.#child?.pid ?? this.#instead?.pid;
  }

  async start(): Promise<void> {}

  send(message: WireMessage): void {
    if (this.#instead) this.#instead.send(message);
    else if (message.type === 'start') void this.#begin(message);
    else this.#child?.send(this.#withoutSetup(message));
  }

  async #begin(start: WireMessage): Promise<void> {
    const { pool, template, ordinary } = this.#options;
    try {
      const { server, env } = await template(this.#withoutSetup(start));
      const { poolId, workerId } = start as { poolId?: number; workerId?: number };
      const child = await server.fork({
        poolId: poolId ?? 1,
        workerId: workerId ?? 0,
        env: difference(pool.env, env),
      });
      this.#child = child;
      child.on('message', (m) => this.#onMessage(m as WireMessage));
      child.on('exit', (code, signal) => {
        this.#exited = true;
        this.#onExit(code, signal);
      });
      if (this.#killed) child.kill('SIGKILL');
      this.#onMessage({ __vitest_worker_response__: true, type: 'started' });
    } catch (why) {
      const instead = ordinary(why);
      this.#instead = instead;
      await instead.start();
      instead.onMessage(this.#onMessage);
      instead.onExit(this.#onExit);
      instead.send(start);
      if (this.#killed) instead.kill();
    }
  }

  #withoutSetup(message: WireMessage): WireMessage {
    const config = message.context?.config as { setupFiles?: string[] } | undefined;
    if (!config?.setupFiles) return message;
    const setupFiles = config.setupFiles.filter((f) => f !== this.#options.flightSetup);
    return { ...message, context: { ...message.context, config: { ...config, setupFiles } } };
  }

  onMessage(listener: (message: WireMessage) => void): void {
    this.#onMessage = listener;
  }

  onExit(listener: Parameters<RawWorker['onExit']>[0]): void {
    this.#onExit = listener;
  }

  async stop(): Promise<void> {
    if (this.#instead) await this.#instead.stop();
    else if (!this.#exited) await this.#child?.stop(graceMs);
  }

  kill(): void {
    this.#killed = true;
    if (this.#instead) this.#instead.kill();
    else if (!this.#exited) this.#child?.kill('SIGKILL');
  }
}

/** Variables that globalSetup, or the next run, gave since the template was started. */
function difference(
  now: Record<string, string>,
  then: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => then[name] !== value));
}
