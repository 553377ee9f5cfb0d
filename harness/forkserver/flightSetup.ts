import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installFlight, openFlight, type RunnerPrototype } from './flight.js';
import { quietSnapshots } from './quietSnapshots.js';

/**
 * What ordinary workers get through a setup file: the flight recorder, and snapshots that are read
 * and never written. Forked workers have both from their template.
 */
export async function recordFlight(distPath: string, flightPath: string): Promise<void> {
  const runner = await runnerClass(distPath);
  if (runner !== undefined) {
    installFlight(runner, openFlight(flightPath), () => process.env.VITEST_WORKER_ID ?? '');
  }
  await quietSnapshots(distPath);
}

/** The runner class of the Vitest in use here: named `TestRunner` since 4.1. */
export async function runnerClass(distPath: string): Promise<RunnerPrototype | undefined> {
  const index = await load(join(distPath, 'index.js'));
  const found = index.TestRunner ?? (await load(join(distPath, 'runners.js'))).VitestTestRunner;
  return (found as { prototype: RunnerPrototype } | undefined)?.prototype;
}

const load = async (path: string): Promise<Record<string, unknown>> =>
  (await import(pathToFileURL(path).href)) as Record<string, unknown>;
