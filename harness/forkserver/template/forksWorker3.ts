import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { processFace } from './processFace.js';

/** The worker object that Vitest 3 takes from the module which `ctx.worker` names. */
interface Worker3 {
  runTests(state: object): Promise<void>;
  collectTests(state: object): Promise<void>;
}

type Listener = (message: unknown) => void;

const stateName = '__vitest_worker__';

/**
 * Vitest's own forks worker of 3.2 with another way to the host: Vitest imports this module in the
 * process that has set it up.
 */
class ForksWorker3 implements Worker3 {
  post: (message: unknown) => void = () => undefined;
  poolId = 1;
  #own: Worker3 | null = null;
  #rpcListener: Listener | null = null;
  /** Stands for the worker's state while modules are imported that keep hold of it. */
  #state: object = {};

  async load(distPath: string): Promise<void> {
    const path = pathToFileURL(join(distPath, 'workers', 'forks.js')).href;
    this.#own = ((await import(path)) as { default: Worker3 }).default;
  }

  /**
   * Modules of Vitest 3 read the worker's state when they are imported, and keep it. Ahead of the
   * first run they get an object that will become that run's state.
   */
  standInForState(state: object): void {
    this.#state = state;
    const current = () => this.#state;
    const standIn = new Proxy(
      {},
      {
        get: (_, key) => Reflect.get(current(), key) as unknown,
        set: (_, key, value) => Reflect.set(current(), key, value),
        has: (_, key) => Reflect.has(current(), key),
        ownKeys: () => Reflect.ownKeys(current()),
        getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(current(), key),
      },
    );
    Object.defineProperty(globalThis, stateName, {
      value: standIn,
      configurable: true,
      writable: true,
      enumerable: false,
    });
  }

  endStandIn(): void {
    Reflect.deleteProperty(globalThis, stateName);
  }

  getRpcOptions() {
    // Set last: Vitest has just set it to the number that the template was imported with.
    process.env.VITEST_POOL_ID = String(this.poolId);
    return {
      post: (message: unknown) => this.post(message),
      on: (listener: Listener) => {
        if (this.#rpcListener) processFace.off('message', this.#rpcListener);
        this.#rpcListener = (message) => {
          if (typeof (message as { t?: unknown } | null)?.t === 'string') listener(message);
        };
        processFace.on('message', this.#rpcListener);
      },
    };
  }

  #firstState(state: object): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#state = state;
  }

  #begun = false;

  async runTests(state: object): Promise<void> {
    this.#firstState(state);
    await this.#own?.runTests(state);
  }

  async collectTests(state: object): Promise<void> {
    this.#firstState(state);
    await this.#own?.collectTests(state);
  }
}

export const forksWorker3 = new ForksWorker3();

export default forksWorker3;
