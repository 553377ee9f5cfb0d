import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';

/** Replaces a file in one step: a reader sees the old content or the new, never a part. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const next = `${path}.${randomUUID()}`;
  await writeFile(next, content);
  await rename(next, path);
}
