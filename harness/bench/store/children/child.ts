import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process that answers one question at a time. */
export interface Child {
  ask<Answer>(question: unknown): Promise<Answer>;
  /** Lets it end by itself; resolves when it has ended. */
  end(): Promise<void>;
  /** As a crash would. */
  kill(): Promise<void>;
}

/**
 * Starts `script`, a compiled file in this folder, with `given` as its only argument.
 *
 * @param script - without `.js`
 */
export function startChild(script: string, given: unknown): Child {
  const path = fileURLToPath(new URL(`./${script}.js`, import.meta.url));
  const child = fork(path, [JSON.stringify(given)], { stdio: ['ignore', 2, 2, 'ipc'] });
  return {
    ask: <Answer>(question: unknown) => {
      const answer = answerOf<Answer>(child, script);
      child.send(question as object);
      return answer;
    },
    end: () => ended(child, () => child.connected && child.disconnect()),
    kill: () => ended(child, () => child.kill('SIGKILL')),
  };
}

async function ended(child: ChildProcess, how: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  how();
  await exit;
}

function answerOf<Answer>(child: ChildProcess, script: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: unknown): void => {
      child.off('exit', onExit);
      resolve(answer as Answer);
    };
    const onExit = (code: number | null, signal: string | null): void => {
      child.off('message', onAnswer);
      reject(new Error(`${script} ended with ${signal ?? code} and gave no answer`));
    };
    child.once('message', onAnswer);
    child.once('exit', onExit);
  });
}

/** Runs `script` for its one answer. */
export async function askChild<Answer>(script: string, given: unknown): Promise<Answer> {
  const child = startChild(script, given);
  try {
    return await child.ask<Answer>({});
  } finally {
    await child.end();
  }
}
