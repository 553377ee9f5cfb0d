import { expect, test } from 'vitest';
import { runProbe } from './bothWays.js';

test.each([
  ['exit', '7 '],
  ['abort', ' SIGABRT'],
  ['kill', ' SIGKILL'],
  ['terminate', ' SIGTERM'],
  ['crash', ' SIGSEGV'],
  ['outOfMemory', ' SIGABRT'],
  ['fatal', '1 '],
])('a forked worker that ends by %s is told so', async (ending, told) => {
  const config = { provide: { ending }, execArgv: ['--max-old-space-size=64'] };
  const [forked] = await runProbe({ probe: 'ending.probe.ts', way: 'forked', config });
  expect(forked?.endings).toEqual([told]);
});
