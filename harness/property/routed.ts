import { AsyncResource } from 'node:async_hooks';
import type { FileSystem } from '../faults/fileSystem/createFileSystem.js';
import { prepareRoutes, route } from '../faults/routing/router.js';

/**
 * Runs something in an async context of its own, whose calls of `node:fs` below a directory go to a
 * file system, if that is asked for.
 *
 * @throws FlakehoundError `FAULTS_FS_OWNED` when a mock stands in for `node:fs` already
 */
export async function routed<T>(
  how: { readonly installed: boolean; readonly dir: string },
  fs: FileSystem,
  act: () => T | Promise<T>,
): Promise<T> {
  if (!how.installed) return await act();
  // Contexts must be carried one await before the route: see prepareRoutes.
  using _prepared = prepareRoutes();
  await undefined;
  return await new AsyncResource('flakehound.routed').runInAsyncScope(async () => {
    using _route = route(fs, { under: how.dir });
    return await act();
  });
}
