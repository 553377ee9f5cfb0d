import { stat } from 'node:fs/promises';
import { register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RejectedExternal } from '../protocol.js';
import { unforgiven } from './forgiven.js';
import { Impurities } from './impurities.js';
import { report } from './messenger.js';
import { becomeQuiet, busyResources } from './quiescence.js';
import type { RunnerHooksData } from './runnerHooks.js';
import { lastingThreads, Surroundings, threads } from './surroundings.js';

/** Names that Vitest defines where the suite's config has `globals: true`. */
const testGlobals = [
  'afterAll',
  'afterEach',
  'assert',
  'beforeAll',
  'beforeEach',
  'chai',
  'describe',
  'expect',
  'it',
  'onTestFailed',
  'onTestFinished',
  'suite',
  'test',
  'vi',
  'vitest',
];

/** Taken before timers are watched. */
const { setImmediate: soon, setTimeout: later, clearTimeout: stopLater } = globalThis;
const importLimitMs = 15_000;
const turn = () => new Promise<void>((resolve) => soon(() => resolve()));

/**
 * Imports packages one after the other and finds those whose import can be told apart from one in
 * a fresh process, or leaves something for files that don't import them. Spoils this process.
 */
export async function tryExternals(
  externals: readonly string[],
  distPath: string,
): Promise<readonly RejectedExternal[]> {
  const counter = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const data: RunnerHooksData = { counter };
  register('./runnerHooks.js', import.meta.url, { data });
  // These bring up the hooks' thread and those for files.
  await import('node:path/posix');
  await stat('/');
  const runnerImports = new Int32Array(counter);
  const chai = await chaiOf(distPath);
  const globals = testGlobals.filter((name) => Object.hasOwn(globalThis, name));
  const impurities = new Impurities();
  impurities.install(globals);
  await becomeQuiet();

  const rejected: RejectedExternal[] = [];
  let before = new Surroundings(chai);
  let open = busyResources();
  let running = threads();
  impurities.take();
  for (const path of externals) {
    report({ type: 'trying', path });
    Atomics.store(runnerImports, 0, 0);
    const effects: string[] = [];
    try {
      await inTime(import(urlOf(path)));
      for (let turns = 0; turns < 3; turns++) await turn();
    } catch (error) {
      effects.push(
        `fails to be imported: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    effects.push(...impurities.take());
    if (Atomics.load(runnerImports, 0) > 0) effects.push('imports the test runner');
    effects.push(...before.changes());
    if ((await lastingThreads(running)) > running) effects.push('starts a thread');
    effects.push(...added(open, busyResources()).map((each) => `leaves a ${each} open`));
    if (effects.length === 0) continue;
    const why = unforgiven(path, effects);
    if (why !== null) rejected.push({ path, why });
    // It has changed what the next ones are compared with, and may still be at it.
    await turn();
    impurities.take();
    before = new Surroundings(chai);
    open = busyResources();
    running = threads();
    impurities.take();
  }
  return rejected;
}

/** What is there now beyond what was: kinds may occur several times. */
function added(before: readonly string[], now: readonly string[]): string[] {
  const left = [...before];
  return now.filter((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** @throws when the import doesn't settle */
async function inTime(imported: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = later(() => reject(new Error(`not done after ${importLimitMs} ms`)), importLimitMs);
  });
  try {
    await Promise.race([imported, limit]);
  } finally {
    stopLater(timer);
  }
}

/** As Vitest imports them. */
export const urlOf = (external: string): string =>
  external.startsWith('/') ? pathToFileURL(external).href : external;

/** What packages extend to add assertions. */
async function chaiOf(distPath: string): Promise<{ name: string; object: object }[]> {
  const vitest = (await import(pathToFileURL(join(distPath, 'index.js')).href)) as {
    readonly expect: object;
    readonly chai: { readonly Assertion: { readonly prototype: object } };
    readonly vi: object;
  };
  return [
    { name: 'expect', object: vitest.expect },
    { name: 'vi', object: vitest.vi },
    { name: 'chai', object: vitest.chai },
    { name: 'chai.Assertion.prototype', object: vitest.chai.Assertion.prototype },
  ];
}
