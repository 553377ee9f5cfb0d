import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** `process.argv` as an ordinary forks worker of this Vitest shows it. */
export function ordinaryArgv(distPath: string, major: 3 | 4 | 5): readonly string[] {
  return [
    process.execPath,
    major === 3 ? tinypoolEntry(distPath) : join(distPath, 'workers/forks.js'),
  ];
}

/** Vitest 3 starts its workers through tinypool. */
function tinypoolEntry(distPath: string): string {
  const main = createRequire(join(distPath, 'worker.js')).resolve('tinypool');
  return join(dirname(main), 'entry/process.js');
}
