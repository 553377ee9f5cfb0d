import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this package lies; compiled and source files lie at unlike depths below it. */
export const packageRoot = rootAbove(dirname(fileURLToPath(import.meta.url)));

/** The packages that generated suites may import. */
export const nodeModules = join(packageRoot, 'node_modules');

function rootAbove(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : rootAbove(dirname(folder));
}
