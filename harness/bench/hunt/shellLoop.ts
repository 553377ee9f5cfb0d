import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Contestant, RunCheck } from './contestant.js';

/** The shell loop: a new `vitest run` each time, started without npx, which would only add to it. */
export function createShellLoop(root: string, workers: number): Contestant {
  const entry = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  return {
    name: 'loop',
    runsPerTurn: 1,
    warmUps: 1,
    remarks: [],
    open: async () => undefined,
    async run(): Promise<RunCheck> {
      const child = spawn(process.execPath, [entry, 'run', `--maxWorkers=${workers}`], {
        cwd: root,
        stdio: 'ignore',
      });
      const [code] = (await once(child, 'exit')) as [number | null];
      return code === 0 ? null : `vitest run ended with ${code}`;
    },
    close: async () => undefined,
  };
}
