import { mkdirSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Modules and logs that a hunt needs on disk, in a temporary folder of its own. */
export interface Scratch {
  readonly dir: string;
  /** Append-only: which test each worker had begun and ended. */
  readonly flightPath: string;
  /** Setup file which puts the flight recorder into ordinary workers. */
  readonly flightSetup: string;
}

/** Writes the generated modules. `distPath` is that of the user's Vitest: the classes must be its own. */
export function prepareScratch(dir: string, distPath: string): Scratch {
  // In a folder of this name Vite leaves modules to Node, whatever the environment's transforms.
  const modules = join(dir, 'node_modules', 'flakehound-scratch');
  mkdirSync(modules, { recursive: true });
  const flightPath = join(dir, 'flight.jsonl');
  const flightSetup = join(modules, 'flight-setup.mjs');
  const recorder = pathToFileURL(
    fileURLToPath(new URL('../../forkserver/flightSetup.js', import.meta.url)),
  ).href;
  writeFileSync(flightPath, '');
  writeFileSync(
    flightSetup,
    [
      `import { recordFlight } from ${JSON.stringify(recorder)};`,
      `await recordFlight(${JSON.stringify(distPath)}, ${JSON.stringify(flightPath)});`,
      '',
    ].join('\n'),
  );
  return { dir, flightPath, flightSetup };
}

/**
 * Wraps a suite's own snapshot environment so that it reads as ever and never writes.
 *
 * @param own - absolute path or package name, from the suite's config
 */
export function quietOwnSnapshots(dir: string, name: string, own: string): string {
  const path = join(dir, `snapshots-${name}.mjs`);
  writeFileSync(
    path,
    [
      `import own from ${JSON.stringify(isAbsolute(own) ? pathToFileURL(own).href : own)};`,
      'own.saveSnapshotFile = async () => {};',
      'own.removeSnapshotFile = async () => {};',
      'export default own;',
      '',
    ].join('\n'),
  );
  return path;
}
