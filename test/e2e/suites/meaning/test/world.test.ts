import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { expect, test } from 'vitest';

/** What a test can see of the place it runs in: to be the same in a plain run and in a hunt. */
function world(): Record<string, unknown> {
  const { resolvedConfig: _config, ...meta } = import.meta.env as Record<string, unknown>;
  return {
    env: { ...process.env },
    meta,
    cwd: process.cwd(),
    argvLength: process.argv.length,
    isMainThread,
    isChild: process.send !== undefined,
    stdout: { isTTY: process.stdout.isTTY ?? false, columns: process.stdout.columns ?? null },
    stdin: { isTTY: process.stdin.isTTY ?? false },
    cores: availableParallelism(),
    globals: Object.getOwnPropertyNames(globalThis)
      .filter((name) => !name.startsWith('__'))
      .sort(),
    listeners: process.eventNames().map(String).sort(),
    url: import.meta.url.split('/').slice(-2),
    random: [Math.random(), randomUUID()],
    pid: process.pid,
    hasUptime: process.uptime() > 0 && performance.now() > 0,
  };
}

test('leaves what it sees', () => {
  writeFileSync(
    join(process.env.E2E_STATE ?? '', `world-${randomUUID()}.json`),
    JSON.stringify(world()),
  );
  expect(process.env.VITEST).toBe('true');
});
