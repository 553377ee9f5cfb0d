import type { Platform } from '../../ports/platform.js';

/** A file that only those see who look into the same folder, whatever its path. */
export interface FolderProof {
  /** Undefined where the folder takes no file: who may not write can't prove anything, and is believed. */
  readonly name: string | undefined;
  remove(): Promise<void>;
}

/** Leaves a proof in a folder, for somebody to look for it elsewhere. */
export async function leaveProof(
  { files, random }: Pick<Platform, 'files' | 'random'>,
  dir: string,
): Promise<FolderProof> {
  const name = `hello-${Buffer.from(random.bytes(12)).toString('hex')}`;
  const path = files.join(dir, name);
  try {
    await (await files.open(path, 'create')).close();
  } catch {
    return { name: undefined, remove: async () => undefined };
  }
  return { name, remove: () => files.unlink(path).catch(() => undefined) };
}
