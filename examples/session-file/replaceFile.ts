import type * as nodeFiles from 'node:fs/promises';
import { dirname } from 'node:path';

export type Files = Pick<typeof nodeFiles, 'open' | 'readFile' | 'rename' | 'rm'>;

/** Replaces a file in one step that no crash can halve. */
export async function replaceFile(files: Files, path: string, content: string): Promise<void> {
  const next = `${path}.next`;
  const file = await files.open(next, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(next, path);
  await syncFolder(files, dirname(path));
}

/** Removes a file, if it is there, so that no crash brings it back. */
export async function removeFile(files: Files, path: string): Promise<void> {
  await files.rm(path, { force: true });
  await syncFolder(files, dirname(path));
}

/** Makes names that came and went there last. */
async function syncFolder(files: Files, path: string): Promise<void> {
  const folder = await files.open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
