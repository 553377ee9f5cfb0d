import type { Files } from '../../ports/files.js';

/**
 * Makes a folder and those above it that are missing, each of them durable when it resolves.
 *
 * @throws NodeJS.ErrnoException as the file system words it
 */
export async function makeFolders(files: Files, path: string): Promise<void> {
  const facts = await files.facts(path);
  if (facts?.kind === 'folder') return;
  const above = files.join(path, '..');
  if (above !== path) await makeFolders(files, above);
  await files.makeFolder(path);
  await files.syncFolder(above);
}
