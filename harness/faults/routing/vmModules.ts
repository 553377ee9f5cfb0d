interface SyntheticModule {
  readonly namespace: object;
  setExport(name: string, value: unknown): void;
}

const builtins = ['fs', 'fs/promises', 'node:fs', 'node:fs/promises'];

/**
 * In Vitest's VM pools, modules import a copy of a builtin's exports, taken at the first import.
 * Brings those copies in line; elsewhere there are none.
 */
export function syncVmModules(): void {
  for (const [name, module] of copies()) {
    const exports = process.getBuiltinModule(name) as unknown as Record<string, unknown>;
    for (const key of Object.keys(module.namespace)) {
      if (key !== 'default') module.setExport(key, exports[key]);
    }
  }
}

/** Whether the named imports of this test file can be routed. */
export function canSyncVmModules(): boolean {
  return process.env.VITEST_VM_POOL === undefined || moduleCache() !== undefined;
}

function copies(): [string, SyntheticModule][] {
  const cache = moduleCache();
  if (cache === undefined) return [];
  return builtins.flatMap((name): [string, SyntheticModule][] => {
    const module = cache.get(name);
    return isSynthetic(module) ? [[name, module]] : [];
  });
}

/** Where Vitest keeps them, for as long as it does: each step is checked. */
function moduleCache(): Map<string, unknown> | undefined {
  const path = ['__vitest_vm_context__', 'externalModulesExecutor', 'cjs', 'moduleCache'];
  const found = path.reduce<unknown>(
    (at, key) => (at === undefined || at === null ? undefined : Reflect.get(Object(at), key)),
    globalThis,
  );
  return typeof Reflect.get(Object(found), 'get') === 'function'
    ? (found as Map<string, unknown>)
    : undefined;
}

function isSynthetic(module: unknown): module is SyntheticModule {
  return typeof Reflect.get(Object(module), 'setExport') === 'function';
}
