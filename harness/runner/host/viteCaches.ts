import { rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { VitestInstance } from './vitestFace.js';

/**
 * Removes the cache folders that Vite made for the suite's projects during this hunt: the root's
 * lies in our scratch folder, but each project takes one in the user's node_modules.
 *
 * @param since - when the hunt began, in ms since 1970: what is older is the user's
 */
export function removeFreshCaches(vitest: VitestInstance, since: number): void {
  for (const project of vitest.projects) {
    const { cacheDir } = project.vite.config as { cacheDir?: string };
    if (cacheDir === undefined || !isFresh(cacheDir, since)) continue;
    rmSync(cacheDir, { recursive: true, force: true });
    let above = dirname(cacheDir);
    while (isFresh(above, since) && removedEmpty(above)) above = dirname(above);
  }
}

const isFresh = (path: string, since: number): boolean =>
  (statSync(path, { throwIfNoEntry: false })?.birthtimeMs ?? 0) >= since;

function removedEmpty(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false; // Something else lies in it.
  }
}
