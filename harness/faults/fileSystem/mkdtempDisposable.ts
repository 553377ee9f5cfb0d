import { resolve } from 'node:path';
import { rm, rmOptionsOf } from './composites/rm.js';
import type { Core } from './core.js';
import { directCalls } from './direct.js';
import { call, type Script } from './script.js';

const everything = rmOptionsOf({ recursive: true, force: true });

/** `fs.mkdtempDisposableSync`, of Node 24: `mkdtemp`, and an `rm` on disposal. */
export function mkdtempDisposableSync({ runner }: Core, prefix: string, options: unknown) {
  const path = runner.sync(undefined, make(prefix, options));
  const absolute = resolve(path);
  const remove = (): void => runner.sync('rm', rm(absolute, everything));
  return { path, remove, [Symbol.dispose]: remove };
}

/** `fs.promises.mkdtempDisposable`, of Node 24. */
export async function mkdtempDisposable({ runner }: Core, prefix: string, options: unknown) {
  const path = await runner.async({ form: 'promise' }, make(prefix, options));
  const absolute = resolve(path);
  const remove = (): Promise<void> =>
    runner.async({ form: 'promise', within: 'rm' }, rm(absolute, everything));
  return { path, remove, [Symbol.asyncDispose]: remove };
}

function* make(prefix: string, options: unknown): Script<string> {
  const path = yield* call('mkdtemp', prefix);
  return directCalls.mkdtemp?.result?.(path, [prefix, options]) as string;
}
