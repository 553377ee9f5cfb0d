import type { ResolveFnOutput, ResolveHookContext } from 'node:module';

/**
 * Hooks of Node's module loader, in a thread of their own: count how often a package outside
 * Vitest imports Vitest. To work with the test runner is an effect that no property shows.
 */
let imports: Int32Array | null = null;

export interface RunnerHooksData {
  readonly counter: SharedArrayBuffer;
}

/** Node calls it once, with what the registering thread gave. */
export function initialize({ counter }: RunnerHooksData): void {
  imports = new Int32Array(counter);
}

const isRunner = (specifier: string) => /^(?:vitest$|vitest\/|@vitest\/)/.test(specifier);

const isOfRunner = (parent: string | undefined) =>
  parent === undefined || /node_modules\/(?:\.pnpm\/[^/]+\/node_modules\/)?@?vitest\//.test(parent);

/** Node asks it where every module of the children lies. */
export async function resolve(
  specifier: string,
  context: ResolveHookContext,
  next: (specifier: string, context?: Partial<ResolveHookContext>) => Promise<ResolveFnOutput>,
): Promise<ResolveFnOutput> {
  if (imports && isRunner(specifier) && !isOfRunner(context.parentURL)) Atomics.add(imports, 0, 1);
  return next(specifier, context);
}
