import { syncBuiltinESMExports } from 'node:module';
import { type AnyFunction, dispatcherFor, originalBehind, type Routes } from './dispatcher.js';
import { syncVmModules } from './vmModules.js';

/** One property of `fs` or `fs.promises` that has been replaced. */
export interface Patch {
  readonly owner: object;
  readonly key: string;
  /** As users write it: `fs.promises.rename`. */
  readonly name: string;
  readonly before: PropertyDescriptor;
  readonly dispatcher: AnyFunction;
}

/** Node's own objects, whatever a test's modules are given in their place. */
export const realFs = process.getBuiltinModule('node:fs');

/** The two objects whose functions are routed. */
export const patchedObjects: readonly {
  readonly owner: object;
  readonly path: readonly string[];
}[] = [
  { owner: realFs, path: [] },
  { owner: realFs.promises, path: ['promises'] },
];

/** Pure functions and classes that touch no file by themselves. */
const harmless = new Set(['Dir', 'Dirent', 'Stats']);

/** Whether calls of a property reach the file system. */
export function isRouted(owner: object, key: string): boolean {
  if (harmless.has(key) || key.startsWith('_')) return false;
  // Since Node 24 merely reading these constants warns.
  if (/^[A-Z]_OK$/.test(key)) return false;
  return typeof Reflect.get(owner, key) === 'function';
}

/** Puts a dispatcher in place of every function that reaches the file system. */
export function applyPatches(routes: Routes): Patch[] {
  const patches = patchedObjects.flatMap(({ owner, path }) =>
    Object.keys(owner)
      .filter((key) => isRouted(owner, key))
      .map((key) => patchOf(owner, [...path, key], routes)),
  );
  for (const { owner, key, before, dispatcher } of patches) {
    const { enumerable = true } = before;
    // A value where Node has a lazy getter, as the getter's own setter would make it.
    const value = { value: dispatcher, writable: true, configurable: true, enumerable };
    Object.defineProperty(owner, key, value);
  }
  syncModules();
  return patches;
}

/** Restores each property exactly, and returns those that somebody else has replaced since. */
export function undoPatches(patches: readonly Patch[]): Patch[] {
  const foreign = patches.filter(({ owner, key, dispatcher }) => {
    return Object.getOwnPropertyDescriptor(owner, key)?.value !== dispatcher;
  });
  for (const patch of patches) {
    if (!foreign.includes(patch)) Object.defineProperty(patch.owner, patch.key, patch.before);
  }
  syncModules();
  return foreign;
}

function patchOf(owner: object, path: readonly string[], routes: Routes): Patch {
  const key = path.at(-1) as string;
  const found = Reflect.get(owner, key) as AnyFunction;
  const property = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
  // A spy put over a dispatcher, restored after the dispatcher's own end, brings it back.
  const left = originalBehind(found);
  const original = left ?? found;
  return {
    owner,
    key,
    name: ['fs', ...path].join('.'),
    before: left === undefined ? property : { ...property, value: left },
    dispatcher: dispatcherFor({ original, path }, routes),
  };
}

/** Brings the named imports of every module in line with the objects. */
function syncModules(): void {
  syncBuiltinESMExports();
  syncVmModules();
}
