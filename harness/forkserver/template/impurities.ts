import { createRequire, syncBuiltinESMExports } from 'node:module';

const require = createRequire(import.meta.url);

/** Functions whose answer, or effect, belongs to one process; by the module that has them. */
const impureFunctions: Readonly<Record<string, readonly string[]>> = {
  crypto: [
    'randomBytes',
    'randomFill',
    'randomFillSync',
    'randomInt',
    'randomUUID',
    'getRandomValues',
    'generateKey',
    'generateKeySync',
    'generateKeyPair',
    'generateKeyPairSync',
    'createDiffieHellman',
  ],
  child_process: ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'],
  fs: ['watch', 'watchFile', 'mkdtemp', 'mkdtempSync'],
  os: ['uptime', 'loadavg', 'freemem'],
};

/** Functions of objects that every file sees. */
const impureMethods: readonly (readonly [owner: string, name: string])[] = [
  ['Math', 'random'],
  ['Date', 'now'],
  ['performance', 'now'],
  ['performance', 'mark'],
  ['performance', 'measure'],
  ['process', 'hrtime'],
  ['process', 'uptime'],
  ['process', 'cpuUsage'],
  ['process', 'memoryUsage'],
  ['process', 'emitWarning'],
  ['process', 'dlopen'],
  ['process', 'send'],
  ['crypto', 'getRandomValues'],
  ['crypto', 'randomUUID'],
];

/** Where a name in words says more than the function's. */
const words: Readonly<Record<string, string>> = {
  'process.dlopen': 'loads a native addon',
  'process.emitWarning': 'warns when it is imported',
};

/** Identity of a worker: variables that differ between the copies of one template. */
const workerVariables = new Set(['VITEST_POOL_ID', 'VITEST_WORKER_ID']);

type Callable = (...args: unknown[]) => unknown;

/**
 * Notices when code asks for what differs from process to process, or prints, or sets a timer. It
 * wraps what tests use too: for processes that try imports out and end, never for templates.
 */
export class Impurities {
  readonly #timers = new Set<unknown>();
  readonly #seen = new Set<string>();

  /** @param testGlobals - names under which Vitest offers its functions, where it does */
  install(testGlobals: readonly string[]): void {
    for (const [module, names] of Object.entries(impureFunctions)) {
      const holder = require(`node:${module}`) as Record<string, Callable>;
      for (const name of names) this.#wrap(holder, name, `calls ${module}.${name}`);
    }
    syncBuiltinESMExports();
    for (const [owner, name] of impureMethods) {
      const holder = Reflect.get(globalThis, owner) as Record<string, Callable>;
      const called = `${owner}.${name}`;
      this.#wrap(holder, name, words[called] ?? `calls ${called}`);
    }
    for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace']) {
      this.#wrap(console as unknown as Record<string, Callable>, name, 'prints');
    }
    this.#watchDate();
    this.#watchTimers();
    for (const name of ['pid', 'ppid'] as const) {
      this.#watchRead(process, name, `reads process.${name}`);
    }
    this.#watchRead(performance, 'timeOrigin', 'reads performance.timeOrigin');
    for (const name of testGlobals) {
      this.#watchRead(globalThis, name, `uses the test runner's global ${name}`);
    }
    this.#watchEnv();
  }

  #note(what: string): void {
    this.#seen.add(what);
  }

  /** What was noticed since last asked. */
  take(): string[] {
    const seen = [...this.#seen, ...(this.#timers.size > 0 ? ['leaves a timer'] : [])];
    this.#seen.clear();
    this.#timers.clear();
    return seen;
  }

  #wrap(holder: Record<string, Callable>, name: string, what: string): void {
    const original = holder[name];
    if (typeof original !== 'function') return;
    // Node keeps a few from being replaced: those go unnoticed.
    if (Object.getOwnPropertyDescriptor(holder, name)?.configurable === false) return;
    const note = () => this.#note(what);
    const wrapped = new Proxy(original, {
      apply(target, self, args) {
        note();
        return Reflect.apply(target, self, args) as unknown;
      },
      get(target, key, self) {
        // process.hrtime.bigint
        if (key === 'bigint') note();
        return Reflect.get(target, key, self) as unknown;
      },
    });
    Object.defineProperty(holder, name, {
      value: wrapped,
      configurable: true,
      writable: true,
      enumerable: Object.prototype.propertyIsEnumerable.call(holder, name),
    });
  }

  #watchRead(holder: object, name: string, what: string): void {
    const value: unknown = Reflect.get(holder, name);
    Object.defineProperty(holder, name, {
      get: () => {
        this.#note(what);
        return value;
      },
      set: () => this.#note(what),
      configurable: true,
    });
  }

  #watchDate(): void {
    const note = () => this.#note('reads the time');
    globalThis.Date = new Proxy(Date, {
      construct(target, args, made) {
        if (args.length === 0) note();
        return Reflect.construct(target, args, made) as object;
      },
      apply(target) {
        note();
        return target();
      },
    });
  }

  /** One that has fired or was cleared is gone; another one is left, even if unref'd. */
  #watchTimers(): void {
    const timers = this.#timers;
    for (const [set, clear] of [
      ['setTimeout', 'clearTimeout'],
      ['setInterval', 'clearInterval'],
      ['setImmediate', 'clearImmediate'],
    ] as const) {
      const holder = globalThis as unknown as Record<string, Callable>;
      const original = holder[set] as Callable;
      const originalClear = holder[clear] as Callable;
      holder[set] = (call: unknown, ...rest: unknown[]) => {
        const once = (...args: unknown[]) => {
          if (set !== 'setInterval') timers.delete(timer);
          return (call as Callable)(...args);
        };
        const timer = original(once, ...rest);
        timers.add(timer);
        return timer;
      };
      holder[clear] = (timer: unknown) => {
        timers.delete(timer);
        return originalClear(timer);
      };
    }
  }

  #watchEnv(): void {
    const note = (name: string) => this.#note(`reads process.env.${name}`);
    process.env = new Proxy(process.env, {
      get(target, name) {
        if (typeof name === 'string' && workerVariables.has(name)) note(name);
        return Reflect.get(target, name) as unknown;
      },
    });
  }
}
