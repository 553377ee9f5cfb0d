import { inject, test } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    ending: string;
  }
}

const endings: Record<string, () => unknown> = {
  // What process.exit comes down to, past Vitest's guard.
  exit: () => (process as unknown as { reallyExit(code: number): never }).reallyExit(7),
  abort: () => process.abort(),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  terminate: () => process.kill(process.pid, 'SIGTERM'),
  crash: () => process.kill(process.pid, 'SIGSEGV'),
  outOfMemory: () => {
    const held: unknown[] = [];
    for (;;) held.push(Array.from({ length: 10_000 }, (_, n) => ({ n })));
  },
  fatal: () => {
    process.removeAllListeners('uncaughtException');
    setImmediate(() => {
      throw new Error('nobody listens');
    });
    return new Promise(() => undefined);
  },
};

test('ends', async () => {
  await endings[inject('ending')]?.();
  await new Promise(() => undefined);
});
