import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Contestant, RunCheck } from './contestant.js';

/** What `rerunChild` answers to its start and to each run. */
export type RerunAnswer = { readonly passed: number; readonly failed: number };

const entry = fileURLToPath(new URL('./rerunChild.js', import.meta.url));

/** One process which holds Vitest and calls `runTestSpecifications` again and again. */
export function createRerun(root: string, workers: number, tests: number): Contestant {
  let child: ChildProcess | null = null;
  return {
    name: 'rerun',
    runsPerTurn: 1,
    warmUps: 1,
    remarks: [],
    async open() {
      child = fork(entry, [String(workers)], {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      await answerOf(child);
    },
    async run(): Promise<RunCheck> {
      if (child === null) return 'not opened';
      child.send('run');
      const { passed, failed } = await answerOf(child);
      return passed === tests && failed === 0 ? null : `${passed} of ${tests} passed`;
    },
    async close() {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** @throws Error when the child ends instead */
function answerOf(child: ChildProcess): Promise<RerunAnswer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`rerun child ended: ${code}`));
    child.once('exit', onExit);
    child.once('message', (answer: RerunAnswer) => {
      child.off('exit', onExit);
      resolve(answer);
    });
  });
}
