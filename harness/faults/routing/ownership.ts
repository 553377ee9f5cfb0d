import * as imported from 'node:fs';
import * as importedPromises from 'node:fs/promises';
import { FlakehoundError } from '../../../src/index.js';
import { type AnyFunction, originalBehind } from './dispatcher.js';
import { isRouted, patchedObjects, realFs } from './patches.js';
import { canSyncVmModules } from './vmModules.js';

/** Functions as they were when this module was loaded, by owner. */
const pristine = new Map(patchedObjects.map(({ owner }) => [owner, functionsOf(owner)]));
const gracefulQueue = Symbol.for('graceful-fs.queue');
const gracefulPrevious = Symbol.for('graceful-fs.previous');

/**
 * Refuses to route while something else stands in for `node:fs`, since calls would pass it by.
 *
 * @param isInstalled - whether our dispatchers are in place already
 * @throws FlakehoundError `FAULTS_FS_OWNED`
 */
export function refuseForeignOwners(isInstalled: boolean): void {
  refuseMockedModule();
  if (!canSyncVmModules()) {
    owned('the named imports of node:fs in this VM pool', 'use the pool forks or threads');
  }
  if (!isInstalled && Reflect.has(realFs, gracefulQueue)) {
    owned(
      'graceful-fs, which has copied the functions of fs,',
      "add 'flakehound/faults/early' first in setupFiles, so that it copies ours",
    );
  }
  for (const { owner, path } of patchedObjects) {
    for (const key of Object.keys(owner)) {
      if (!isRouted(owner, key)) continue;
      const name = ['fs', ...path, key].join('.');
      const foreign = ownerOf(owner, key, isInstalled);
      if (foreign !== undefined) {
        owned(`${foreign} in ${name}`, `restore ${name} before the route begins`);
      }
    }
  }
}

/** Who stands in for a function, or undefined for Node, us, or one who passes all on to us. */
function ownerOf(owner: object, key: string, isInstalled: boolean): string | undefined {
  const current = Reflect.get(owner, key) as AnyFunction;
  if (Reflect.get(current, '_isMockFunction') === true) return 'a mock of vi.spyOn or vi.fn';
  if (Reflect.has(current, 'isSinonProxy')) return 'a stub of sinon';
  if (isOurs(current)) return undefined;
  const isBound = Function.prototype.toString.call(current).includes('[native code]');
  if (isBound) return 'a bound function (memfs and unionfs patch so)';
  if (isInstalled) return 'a function that replaced ours';
  return pristine.get(owner)?.get(key) === current
    ? undefined
    : 'a function that is not the one of Node';
}

function isOurs(current: AnyFunction): boolean {
  const passedTo: unknown = Reflect.get(current, gracefulPrevious);
  return (originalBehind(current) ?? originalBehind(passedTo)) !== undefined;
}

/** Where an object and its named imports differ, somebody had patched it by then: left out. */
function functionsOf(owner: object): Map<string, AnyFunction> {
  const module = owner === realFs ? imported : importedPromises;
  const keys = Object.keys(owner).filter((key) => isRouted(owner, key));
  return new Map(
    keys.flatMap((key): [string, AnyFunction][] => {
      const current = Reflect.get(owner, key) as AnyFunction;
      const original = originalBehind(current) ?? current;
      const named: unknown = Reflect.get(module, key);
      return (originalBehind(named) ?? named) === original ? [[key, original]] : [];
    }),
  );
}

/** `vi.mock('node:fs')`: this file's modules get something else than the objects we patch. */
function refuseMockedModule(): void {
  const mocker = Reflect.get(globalThis, '__vitest_mocker__') as
    | { getDependencyMock?(id: string): unknown }
    | undefined;
  for (const id of ['fs', 'node:fs', 'fs/promises', 'node:fs/promises']) {
    if (mocker?.getDependencyMock?.(id) === undefined) continue;
    owned(
      `vi.mock('${id}')`,
      `remove vi.mock('${id}') from this test file, or inject a file system`,
    );
  }
}

function owned(what: string, hint: string): never {
  throw new FlakehoundError('FAULTS_FS_OWNED', `${what} owns node:fs in this test`, { hint });
}
