import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { expect, test } from 'vitest';
import { route } from '../../../../harness/faults/routing/router.js';
import { operationsOf, planned } from './routedFs.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

test.each([
  ['/project/src/jobs.js', 'routed'],
  ['/project/node_modules/write-file-atomic/lib/index.js', 'routed'],
  ['/project/node_modules/.vite/deps/jobs.js', 'routed'],
  ['/project/node_modules/vitest-fixtures/index.js', 'routed'],
  ['file:///project/src/jobs.mjs', 'routed'],
  ['evalmachine.<anonymous>', 'routed'],
  // A wrapper is not the caller: the test above it is.
  ['/project/node_modules/@vitest/spy/dist/index.js', 'routed'],
  ['/project/node_modules/vitest/dist/worker.js', 'left alone'],
  ['/project/node_modules/.pnpm/vite@8.0.0/node_modules/vite/dist/node/chunk.js', 'left alone'],
  ['/project/node_modules/@vitest/snapshot/dist/environment.js', 'left alone'],
  ['file:///project/node_modules/vite-node/dist/client.mjs', 'left alone'],
  ['node:internal/modules/cjs/loader', 'left alone'],
  ['node:fs', 'left alone'],
  ['node:internal/fs/streams', 'left alone'],
  ['node:internal/source_map/source_map_cache', 'left alone'],
  ['node:internal/process/esm_loader', 'left alone'],
  // Behind these stands whoever handed them the function.
  ['node:internal/util', 'routed'],
  ['node:internal/timers', 'routed'],
  ['node:internal/process/task_queues', 'routed'],
  [`${root}harness/faults/backends/nodeBackend.ts`, 'left alone'],
  [`${root}dist/harness/fixtures/tempDir.js`, 'left alone'],
])('a call from %s is %s', (filename, expected) => {
  const call = compileFunction('return existsSync("/");', ['existsSync'], { filename });
  const { fileSystem, run } = planned();
  using _route = route(fileSystem);
  expect(call(existsSync)).toBe(true);
  expect(operationsOf(run)).toEqual(expected === 'routed' ? ['exists:access'] : []);
});
