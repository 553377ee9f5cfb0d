import * as fsAll from 'node:fs';
import * as promisesAll from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { installRouter, route } from '../../../../harness/faults/routing/router.js';
import { operationsOf, planned, scratch } from './routedFs.js';

const require = createRequire(import.meta.url);
const fs: typeof fsAll = require('node:fs');

/** Everything that routing could change: descriptors of both objects, and the named imports. */
function stateOfFs(): unknown[] {
  return [
    ...[fs, fs.promises].flatMap((owner) =>
      Reflect.ownKeys(owner).map((key) => [key, Object.getOwnPropertyDescriptor(owner, key)]),
    ),
    { ...fsAll },
    { ...promisesAll },
    Object.getOwnPropertySymbols(process).map(String),
  ];
}

/** The same, by identity: functions that only look alike differ. */
function expectSame(before: unknown[], after: unknown[]): void {
  expect(after.length).toBe(before.length);
  const flat = (state: unknown[]) =>
    state.flatMap((entry) =>
      Array.isArray(entry)
        ? [entry[0], ...Object.values(entry[1] ?? {})]
        : Object.entries(entry as object).flat(),
    );
  const [was, is] = [flat(before), flat(after)];
  const changed = was.flatMap((value, at) =>
    Object.is(value, is[at]) ? [] : [was[at - 1], value],
  );
  expect(changed).toEqual([]);
  expect(is.length).toBe(was.length);
}

function codeOf(call: () => unknown): string {
  try {
    call();
    return 'ok';
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
}

describe('restoring', () => {
  test('the last to leave restores every property and named import', () => {
    const before = stateOfFs();
    const first = installRouter();
    const second = route(planned().fileSystem);
    expect(fs.renameSync).not.toBe(before);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(fsAll.renameSync).toBe(fs.renameSync);
    const whileRouted = stateOfFs();
    expect(whileRouted).not.toEqual(before);
    second[Symbol.dispose]();
    expectSame(before, stateOfFs());
  });

  test('dispatchers look like what they stand for', () => {
    const shapeOf = (owner: object) =>
      Object.keys(owner)
        .filter((key) => typeof Reflect.get(owner, key) === 'function')
        .map((key) => {
          const call: (() => void) & Record<symbol, unknown> = Reflect.get(owner, key);
          const own = Reflect.ownKeys(call).filter((k) => !String(k).includes('flakehound'));
          return [key, call.name, call.length, Object.getPrototypeOf(call), new Set(own)];
        });
    const before = [shapeOf(fs), shapeOf(fs.promises)];
    using _installed = installRouter();
    const withoutPrototype = (shapes: unknown[][][]) =>
      shapes.map((list) =>
        list.map(([key, name, length, parent, own]) => {
          (own as Set<unknown>).delete('prototype');
          return [key, name, length, parent, own];
        }),
      );
    expect(withoutPrototype([shapeOf(fs), shapeOf(fs.promises)])).toEqual(withoutPrototype(before));
    expect(fs.createReadStream(__filename).on('error', () => {})).toBeInstanceOf(fs.ReadStream);
  });
});

describe('where somebody else owns fs', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    // Vitest restores a spy that has been restored once more, with the dispatcher that it covered.
    installRouter()[Symbol.dispose]();
  });

  test('a spy put there before is named', () => {
    const before = stateOfFs();
    vi.spyOn(fs, 'renameSync').mockReturnValue(undefined);
    expect(codeOf(() => route(planned().fileSystem))).toMatch(
      /FAULTS_FS_OWNED: a mock of vi.spyOn or vi.fn in fs\.renameSync owns node:fs/,
    );
    vi.restoreAllMocks();
    expectSame(before, stateOfFs());
  });

  test.each<[string, () => unknown, string]>([
    [
      'a plain replacement',
      () => () => {},
      'a function that is not the one of Node in fs.renameSync',
    ],
    ['a bound one, as memfs patches', () => (() => {}).bind(null), 'a bound function'],
    ['a stub of sinon', () => Object.assign(() => {}, { isSinonProxy: true }), 'a stub of sinon'],
  ])('%s is named', (_what, make, told) => {
    const original = fs.renameSync;
    fs.renameSync = make() as typeof original;
    try {
      expect(codeOf(() => installRouter())).toContain(told);
    } finally {
      fs.renameSync = original;
    }
  });

  test('a replacement while another route is there is named, too', () => {
    using _installed = installRouter();
    const dispatcher = fs.renameSync;
    fs.renameSync = () => {};
    expect(codeOf(() => route(planned().fileSystem))).toContain(
      'a function that replaced ours in fs.renameSync',
    );
    fs.renameSync = dispatcher;
  });

  test('graceful-fs, loaded before, has copied functions that cannot be routed', () => {
    const queue = Symbol.for('graceful-fs.queue');
    Object.defineProperty(fs, queue, { value: [], configurable: true });
    try {
      expect(codeOf(() => installRouter())).toMatch(/FAULTS_FS_OWNED: graceful-fs/);
    } finally {
      Reflect.deleteProperty(fs, queue);
    }
  });

  test('graceful-fs, loaded after, passes calls on to the dispatchers', () => {
    using _early = installRouter();
    using dir = scratch();
    const dispatcher = fs.closeSync;
    const close = (fd: number): void => dispatcher.call(fs, fd);
    fs.closeSync = Object.assign(close, { [Symbol.for('graceful-fs.previous')]: dispatcher });
    const { fileSystem, run } = planned();
    {
      using _route = route(fileSystem);
      fs.closeSync(fs.openSync(dir.file('a'), 'w'));
    }
    expect(operationsOf(run)).toEqual(['open', 'close']);
    fs.closeSync = dispatcher;
  });

  test('a mock put over a dispatcher stays, all else is restored, and the end says so', () => {
    const before = stateOfFs();
    const { renameSync } = fs;
    const routed = route(planned().fileSystem);
    const mine = (): void => {};
    fs.renameSync = mine;
    expect(codeOf(() => routed[Symbol.dispose]())).toMatch(
      /FAULTS_FS_OVERWRITTEN: fs\.renameSync was replaced/,
    );
    expect(fs.renameSync).toBe(mine);
    fs.renameSync = renameSync;
    using _synced = installRouter();
    _synced[Symbol.dispose]();
    expectSame(before, stateOfFs());
  });

  test('a spy over a dispatcher still sees routed calls', () => {
    const { fileSystem, run } = planned();
    const routed = route(fileSystem);
    const spy = vi.spyOn(fs, 'existsSync');
    expect(fs.existsSync('/')).toBe(true);
    expect(spy).toHaveBeenCalledOnce();
    expect(operationsOf(run)).toEqual(['exists:access']);
    spy.mockRestore();
    routed[Symbol.dispose]();
  });

  test('a dispatcher that a late restore brings back is healed by the next route', () => {
    const { existsSync } = fs;
    const first = installRouter();
    const dispatcher = fs.existsSync;
    first[Symbol.dispose]();
    fs.existsSync = dispatcher;
    using _synced = installRouter();
    _synced[Symbol.dispose]();
    expect(fs.existsSync).toBe(existsSync);
  });
});
