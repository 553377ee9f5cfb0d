import type { FileSystem } from '../../faults/fileSystem/createFileSystem.js';
import { prepareRoutes, route } from '../../faults/routing/router.js';

/**
 * Runs something with its own calls of `node:fs` below a directory going to a file system, if that
 * is asked for.
 *
 * @throws FlakehoundError `FAULTS_FS_OWNED` when a mock stands in for `node:fs` already
 */
export async function routed<T>(
  how: { readonly installed: boolean; readonly dir: string },
  fs: FileSystem,
  act: () => Promise<T>,
): Promise<T> {
  if (!how.installed) return act();
  const prepared = prepareRoutes();
  try {
    // Contexts are told apart from here on: see prepareRoutes.
    await Promise.resolve();
    const end = route(fs, { under: how.dir });
    try {
      return await act();
    } finally {
      end[Symbol.dispose]();
    }
  } finally {
    prepared[Symbol.dispose]();
  }
}
