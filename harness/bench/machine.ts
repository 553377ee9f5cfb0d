import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';

/** One line on what the figures were measured with. */
export function machineLine(nodeModules: string): string {
  const manifest = readFileSync(join(nodeModules, 'vitest', 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { readonly version: string };
  const model = cpus()[0]?.model ?? 'unknown processor';
  return `node ${process.version}, vitest ${version}, ${process.platform}-${process.arch}, ${availableParallelism()} cores (${model})`;
}

/** The machine's load average over 1, 5 and 15 minutes: figures taken beside other work say little. */
export const loadLine = (): string =>
  loadavg()
    .map((load) => load.toFixed(2))
    .join(' ');
