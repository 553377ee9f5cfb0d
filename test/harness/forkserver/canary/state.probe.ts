import { fstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { getHeapStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, inject, test, vi } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    state?: Record<string, unknown>;
  }
  interface ProvidedContext {
    hostPid: number;
  }
}

// Read at import, as a test file's module code would.
const nowAtImport = performance.now();
const wallAtImport = Date.now();
const randomAtImport = Math.random();

const names = (object: object) =>
  Reflect.ownKeys(object)
    .map((key) => key.toString())
    .sort();

const kernelStatus = (...fields: string[]) =>
  readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .filter((line) => fields.includes(line.split(':')[0] ?? ''));

const kindOf = (descriptor: number) => {
  const stat = fstatSync(descriptor);
  return stat.isSocket() ? 'socket' : stat.isFIFO() ? 'pipe' : stat.isFile() ? 'file' : 'other';
};

const listeners = (): Record<string, number> =>
  Object.fromEntries(
    process.eventNames().map((name) => [name.toString(), process.listenerCount(name)]),
  );

/** Global functions and methods which are not the engine's own. */
function replacedBuiltins(): string[] {
  const found: string[] = [];
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const value: unknown = Object.getOwnPropertyDescriptor(globalThis, name)?.value;
    if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) continue;
    if (name === 'globalThis' || name === 'global' || name.startsWith('__vi')) continue;
    for (const holder of [value, (value as { prototype?: object }).prototype]) {
      if (typeof holder !== 'object' && typeof holder !== 'function') continue;
      for (const key of Reflect.ownKeys(holder)) {
        const method: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value;
        if (typeof method !== 'function') continue;
        const text = Function.prototype.toString.call(method);
        if (!text.includes('[native code]'))
          found.push(`${name}.${key.toString()}: ${text.length}`);
      }
    }
  }
  return found.sort();
}

function exitGuard(): string {
  try {
    process.exit(3);
  } catch (error) {
    return String(error);
  }
}

test('state', ({ task }) => {
  const require = createRequire(import.meta.url);
  const { VITEST_POOL_ID, VITEST_WORKER_ID, ...env } = process.env;
  const { currentTestName, testPath, environment, assertionCalls, isExpectingAssertions } =
    expect.getState();
  task.meta.state = {
    pidIsTheKernels: Number(readlinkSync('/proc/self')) === process.pid,
    parentIsTheHost: process.ppid === inject('hostPid'),
    pidDescriptor: { ...Object.getOwnPropertyDescriptor(process, 'pid'), value: 0 },
    ppidDescriptor: { ...Object.getOwnPropertyDescriptor(process, 'ppid'), value: 0 },
    argv: process.argv,
    argv0: process.argv0,
    execArgv: process.execArgv,
    execPath: process.execPath,
    title: process.title,
    env,
    ids: [VITEST_POOL_ID, VITEST_WORKER_ID].map((id) => /^\d+$/.test(id ?? '')),
    cwd: process.cwd(),
    umask: process.umask(),
    exitCode: process.exitCode,
    globals: names(globalThis),
    process: names(process),
    replacedBuiltins: replacedBuiltins(),
    replacedOfProcess: names(process).filter((name) => {
      const value: unknown = Object.getOwnPropertyDescriptor(process, name)?.value;
      return typeof value === 'function' && Object.hasOwn(value, 'toString');
    }),
    listeners: listeners(),
    resources: process.getActiveResourcesInfo().sort(),
    stackTraceLimit: Error.stackTraceLimit,
    prepareStackTrace: typeof Error.prepareStackTrace,
    features: process.features,
    config: process.config,
    heapLimit: getHeapStatistics().heap_size_limit,
    channel: [typeof process.send, process.connected, names(process.channel ?? {})],
    requireCache: Object.keys(require.cache).sort(),
    requireExtensions: Object.keys(require.extensions),
    youngAtImport: nowAtImport > 0 && nowAtImport < 60_000,
    clocksAgree: Math.abs(performance.timeOrigin + nowAtImport - wallAtImport) < 50,
    uptimeAgrees: Math.abs(process.uptime() * 1e3 - performance.now()) < 100,
    milestones: Object.entries(performance.nodeTiming.toJSON() as Record<string, unknown>)
      .filter(([, value]) => typeof value === 'number')
      .map(([name]) => name),
    entries: performance.getEntries().length,
    console: names(console),
    stdio: [0, 1, 2].map(kindOf),
    stdout: [process.stdout.isTTY, process.stdout.constructor.name],
    signals: kernelStatus('SigBlk', 'SigIgn', 'SigCgt', 'NoNewPrivs', 'Seccomp'),
    limits: readFileSync('/proc/self/limits', 'utf8').split('\n'),
    newContext: runInNewContext('Object.getOwnPropertyNames(globalThis)') as unknown,
    expectState: { currentTestName, testPath, environment, assertionCalls, isExpectingAssertions },
    fakeTimers: vi.isFakeTimers(),
    exitGuard: exitGuard(),
    zone: [new Date(0).getTimezoneOffset(), Intl.DateTimeFormat().resolvedOptions()],
    leadsItsGroup: readFileSync('/proc/self/stat', 'utf8').split(' ')[4] === String(process.pid),
    threads: readdirSync('/proc/self/task').length,
    openFiles: readdirSync('/proc/self/fd').length,
    builtins: [...(Reflect.get(process, 'moduleLoadList') as string[])].sort(),
    stack: String(new Error('here').stack).split('\n').slice(0, 4),
    importMeta: [names(import.meta), names(Reflect.get(import.meta, 'env') as object)],
    draws: {
      atImport: randomAtImport,
      next: Math.random(),
      uuid: crypto.randomUUID(),
      values: [...crypto.getRandomValues(new Uint8Array(8))],
      newContext: runInNewContext('Math.random()') as unknown,
      otherContext: runInNewContext('Math.random()') as unknown,
      timeOrigin: performance.timeOrigin,
    },
  };
});
