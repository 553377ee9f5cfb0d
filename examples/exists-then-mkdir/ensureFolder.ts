import { access, mkdir } from 'node:fs/promises';

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Makes the folder if it isn't there: two steps, with room for another caller between them. */
export async function ensureFolderInTwoSteps(path: string): Promise<void> {
  if (!(await exists(path))) await mkdir(path);
}

/** Makes the folder if it isn't there: one step, and already there is fine. */
export async function ensureFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
}
