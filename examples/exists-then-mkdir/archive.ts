import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Copies `file` into the folder of each day: `root/<day>/<name>`. */
export async function archive(
  root: string,
  name: string,
  file: string,
  days: readonly string[],
  ensureFolder: (path: string) => Promise<void>,
): Promise<void> {
  for (const day of days) {
    const folder = join(root, day);
    await ensureFolder(folder);
    await copyFile(file, join(folder, name));
  }
}
