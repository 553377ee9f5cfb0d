import { join } from 'node:path';
import type { RpcCall } from './answers.js';
import type { ForksRuntime, ResponseMessage } from './forksRuntime.js';

/** What of Vitest's 'start' message we look into; the rest goes through as it is. */
export interface StartMessage {
  readonly type: 'start';
  readonly poolId?: number;
  readonly workerId?: number;
  readonly context: {
    readonly environment: { readonly name: string };
    readonly config: VitestConfig;
  };
}

/** Serialized config of a project; only what the template must know or set. */
export interface VitestConfig {
  readonly root: string;
  readonly experimental?: { readonly viteModuleRunner?: boolean };
  readonly snapshotOptions?: object;
  readonly sequence?: object;
  readonly expect?: object;
}

/** Environments that Vitest itself brings. */
const ownEnvironments = new Set(['node', 'jsdom', 'happy-dom', 'edge-runtime']);

/**
 * Whether the environment may be set up once and copied: a user's own one may open, draw or count
 * something for each worker, and other module loaders start a thread.
 */
export function canStartAhead(start: StartMessage): boolean {
  const { environment, config } = start.context;
  return ownEnvironments.has(environment.name) && config.experimental?.viteModuleRunner !== false;
}

/** A test file in memory that touches what most tests touch, so that it is compiled before forking. */
const warmUpCode = `
const __vi_import_0__ = await __vite_ssr_import__("vitest", {"importedNames":["test","expect","describe","beforeEach","afterEach","vi"]});
const { test, expect, describe, beforeEach, afterEach, vi } = __vi_import_0__;
describe("warm", () => {
  beforeEach(() => {});
  afterEach(() => {});
  for (let i = 0; i < 20; i++) {
    test("up " + i, async () => {
      expect(1).toBe(1);
      expect({ a: [1, { b: 2 }] }).toEqual({ a: [1, { b: 2 }] });
      expect({ a: 1 }).not.toEqual({ a: 2 });
      expect("abc").toContain("b");
      expect("abc").toMatch(/b/);
      expect(() => { throw new Error("x"); }).toThrow("x");
      await expect(Promise.resolve(1)).resolves.toBe(1);
      await expect(Promise.reject(new Error("y"))).rejects.toThrow("y");
      const f = vi.fn(() => 3);
      f(1);
      expect(f).toHaveBeenCalledWith(1);
      expect([1, 2]).toHaveLength(2);
      expect(2).toBeGreaterThan(1);
    });
  }
  test("and down", () => {
    try { expect({ a: 1 }).toEqual({ a: 2 }); } catch (error) { String(error.stack); }
  });
});
`;

/** Runs a file of ours through the runtime: no line of the user's code is executed. */
export class WarmUp {
  readonly #runtime: ForksRuntime;
  readonly #start: StartMessage;
  readonly #warmModules: object | null;

  /** @param warmModules - Vitest 5 asks for them once, and children keep the answer */
  constructor(runtime: ForksRuntime, start: StartMessage, warmModules: object | null) {
    this.#runtime = runtime;
    this.#start = start;
    this.#warmModules = warmModules;
  }

  async run(): Promise<void> {
    await this.runFile('warm-up', warmUpCode, () => undefined);
  }

  /** @param answer - to calls about modules that the file imports */
  async runFile(
    name: string,
    code: string,
    answer: (call: RpcCall) => object | string | undefined,
  ): Promise<ResponseMessage> {
    const { root } = this.#start.context.config;
    const file = join(root, `__flakehound_${name}__.test.js`);
    const request = {
      type: 'run',
      context: {
        config: quietConfig(this.#start.context.config),
        environment: this.#start.context.environment,
        files: [{ filepath: file }],
        invalidates: [],
        providedContext: {},
        workerId: 0,
      },
    };
    return this.#runtime.request(request, (call: RpcCall) => {
      if (call.m === 'resolve') return { id: file, url: file, file };
      if (call.m === 'resolveSnapshotPath') return `${file}.snap`;
      if (call.m === 'fetchWarmModules') return this.#warmModules ?? undefined;
      if (call.m !== 'fetch') return undefined;
      const isOurs = String(call.a[0]).includes('__flakehound_');
      return isOurs ? { code, file, id: file, url: file, invalidate: false } : answer(call);
    });
  }
}

/** The user's config without all that would run their code, filter our tests or leave a trace. */
function quietConfig(config: VitestConfig): VitestConfig {
  return {
    ...config,
    ...{
      setupFiles: [],
      runner: undefined,
      snapshotSerializers: [],
      diff: undefined,
      coverage: { enabled: false },
      mode: 'test',
      benchmark: { enabled: false },
      testNamePattern: undefined,
      tagsFilter: undefined,
      // Each file of ours begins by forgetting the modules of the one before.
      isolate: true,
      retry: 0,
      repeats: 0,
      bail: 0,
      detectAsyncLeaks: false,
      logHeapUsage: false,
      testTimeout: 30_000,
      hookTimeout: 30_000,
    },
    snapshotOptions: {
      ...config.snapshotOptions,
      updateSnapshot: 'none',
      snapshotEnvironment: null,
    },
    sequence: { ...config.sequence, shuffle: false, concurrent: false },
    expect: { ...config.expect, requireAssertions: false },
  };
}
