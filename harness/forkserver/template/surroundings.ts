import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
/** Taken before a watched copy stands in its place. */
const env = process.env;

/** Modules of Node's own that packages are known to patch. */
const watchedModules = [
  'assert',
  'async_hooks',
  'buffer',
  'child_process',
  'crypto',
  'events',
  'fs',
  'fs/promises',
  'http',
  'https',
  'module',
  'net',
  'os',
  'path',
  'perf_hooks',
  'stream',
  'timers',
  'tls',
  'url',
  'util',
  'worker_threads',
  'zlib',
] as const;

/** What Vitest and chai keep where every test file finds it. */
const matcherStores = ['$$jest-matchers-object', 'matchers-object', 'expect-global'];

interface Holder {
  readonly name: string;
  readonly object: object;
}

type Properties = ReadonlyMap<string | symbol, PropertyDescriptor>;

/**
 * Everything outside its own exports that importing a package can change for others: globals and
 * what hangs on them, Node's modules, the process. Compared by identity, property by property.
 */
export class Surroundings {
  readonly #holders: ReadonlyMap<object, { name: string; properties: Properties }>;
  readonly #facts: ReadonlyMap<string, string>;

  /** @param more - further objects to compare, by name */
  constructor(more: readonly Holder[]) {
    makeLazyGlobals();
    const all = new Map<object, { name: string; properties: Properties }>();
    for (const { name, object } of [...holders(), ...more]) {
      if (!all.has(object)) all.set(object, { name, properties: propertiesOf(object) });
    }
    this.#holders = all;
    this.#facts = facts();
  }

  /** What has changed since then, in words. */
  changes(): string[] {
    const found: string[] = [];
    for (const [object, { name, properties }] of this.#holders) {
      for (const key of differences(properties, propertiesOf(object))) {
        found.push(`changes ${name}.${key.toString()}`);
      }
    }
    const now = facts();
    for (const name of new Set([...now.keys(), ...this.#facts.keys()])) {
      if (this.#facts.get(name) !== now.get(name)) found.push(`changes ${name}`);
    }
    return found;
  }
}

/** Node makes some globals when they are first asked for, and replaces a getter by the value. */
function makeLazyGlobals(): void {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    try {
      if (!name.endsWith('Storage')) Reflect.get(globalThis, name);
    } catch {
      // Not to be had in this process; then not by packages either.
    }
  }
}

function* holders(): Generator<Holder> {
  yield { name: 'globalThis', object: globalThis };
  for (const key of Reflect.ownKeys(globalThis)) {
    const value: unknown = Object.getOwnPropertyDescriptor(globalThis, key)?.value;
    if (!isHolder(value) || value === env) continue;
    yield { name: key.toString(), object: value };
    const { prototype } = value as { prototype?: unknown };
    if (isHolder(prototype)) yield { name: `${key.toString()}.prototype`, object: prototype };
  }
  for (const name of watchedModules) {
    const module: unknown = require(`node:${name}`);
    if (isHolder(module)) yield { name: `node:${name}`, object: module };
  }
  const { _extensions } = require('node:module') as { _extensions: object };
  yield { name: 'require.extensions', object: _extensions };
  const events = require('node:events') as { prototype: object };
  yield { name: 'EventEmitter.prototype', object: events.prototype };
  for (const store of matcherStores) {
    const kept: unknown = Reflect.get(globalThis, Symbol.for(store));
    if (!isHolder(kept)) continue;
    yield { name: store, object: kept };
    for (const part of Object.values(kept)) {
      if (isHolder(part)) yield { name: `${store} contents`, object: part };
    }
  }
}

const isHolder = (value: unknown): value is object =>
  typeof value === 'function' || (typeof value === 'object' && value !== null);

function propertiesOf(object: object): Properties {
  const found = new Map<string | symbol, PropertyDescriptor>();
  // Elements of arrays and bytes of buffers are contents, not properties.
  if (ArrayBuffer.isView(object)) return found;
  for (const key of Reflect.ownKeys(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    if (descriptor) found.set(key, descriptor);
  }
  return found;
}

function* differences(before: Properties, now: Properties): Generator<string | symbol> {
  for (const [key, is] of now) {
    const was = before.get(key);
    if (!was || was.get !== is.get || was.set !== is.set || !Object.is(was.value, is.value)) {
      yield key;
    }
  }
  for (const key of before.keys()) if (!now.has(key)) yield key;
}

/** State that is not kept in properties. */
function facts(): Map<string, string> {
  const found = new Map<string, string>([
    ['the working directory', process.cwd()],
    ['process.title', process.title],
    ['umask', String(process.umask())],
    ['process.exitCode', String(process.exitCode)],
  ]);
  for (const name of process.eventNames()) {
    found.set(`listeners of process '${name.toString()}'`, String(process.listenerCount(name)));
  }
  for (const [name, value] of Object.entries(env)) {
    found.set(`process.env.${name}`, String(value));
  }
  return found;
}

/** Of this process, but for those of our own addon, which come as they are needed. */
export function threads(): number {
  const tasks = readdirSync('/proc/self/task');
  const names = tasks.map((task) => readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim());
  return names.filter((name) => name !== 'flakehound').length;
}

/** Taken before timers are watched. */
const later = setTimeout;

/** Node has threads that come and go: looks again before it tells of more than `before`. */
export async function lastingThreads(before: number): Promise<number> {
  let now = threads();
  for (let looks = 0; now > before && looks < 5; looks++) {
    await new Promise<void>((resolve) => later(resolve, 20));
    now = threads();
  }
  return now;
}
