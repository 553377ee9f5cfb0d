/**
 * What well-known packages do when they are imported and no test can tell by its results: looked
 * up in their sources, one by one. By package name, in the words of the trial.
 */
const harmless: Readonly<Record<string, readonly string[]>> = {
  // The time of the last call, for a rate limiter that forgets after 16 ms.
  lodash: ['calls Date.now'],
  'lodash-es': ['calls Date.now'],
  // A suffix for the names of private properties on DOM nodes.
  'react-dom': ['calls Math.random'],
  // Objects that the package's copies in one process share; the same each time.
  zod: ['changes globalThis.__zod_globalConfig', 'changes globalThis.__zod_globalRegistry'],
};

/** The first of the effects that is not known to be harmless for this package; null for none. */
export function unforgiven(path: string, effects: readonly string[]): string | null {
  const known = harmless[packageOf(path) ?? ''] ?? [];
  return effects.find((effect) => !known.includes(effect)) ?? null;
}

/** Name of the package a file belongs to; null outside node_modules. */
export function packageOf(path: string): string | null {
  const [, inside] = /.*[/\\]node_modules[/\\](.+)$/.exec(path) ?? [];
  const [scope, name] = inside?.split(/[/\\]/) ?? [];
  if (scope === undefined) return null;
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}
