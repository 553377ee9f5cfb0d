import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface SnapshotEnvironmentClass {
  readonly prototype: {
    saveSnapshotFile(path: string, text: string): Promise<void>;
    removeSnapshotFile(path: string): Promise<void>;
  };
}

/**
 * Keeps this process from writing snapshots, while tests see a missing one as `vitest run` shows it.
 *
 * @param distPath - of the Vitest whose class is in use here
 */
export async function quietSnapshots(distPath: string): Promise<void> {
  // Vitest 4.1 moved the class to `runtime` and warns whoever asks the old place.
  const place = ['runtime.js', 'snapshot.js']
    .map((f) => join(distPath, f))
    .find((f) => existsSync(f));
  if (place === undefined) return;
  const module = (await import(pathToFileURL(place).href)) as Record<string, unknown>;
  const found = module.VitestSnapshotEnvironment as SnapshotEnvironmentClass | undefined;
  if (found === undefined) return;
  found.prototype.saveSnapshotFile = async () => undefined;
  found.prototype.removeSnapshotFile = async () => undefined;
}
