import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('starts a child and ignores signals', () => {
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'], { stdio: 'ignore' });
  appendFileSync(join(process.env.E2E_STATE ?? '', 'child'), `${child.pid}\n`);
  expect(child.pid).toBeGreaterThan(0);
});
