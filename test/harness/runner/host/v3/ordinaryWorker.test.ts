import { afterEach, expect, test } from 'vitest';
import { ordinaryWorker3 } from '../../../../../harness/runner/host/v3/ordinaryWorker.js';

const { execPath } = process;
afterEach(() => {
  process.execPath = execPath;
});

test('a process that the system refuses is told at once, as it has no exit', async () => {
  const worker = ordinaryWorker3({
    distPath: '/repo/node_modules/vitest/dist',
    pool: 'forks',
    env: {},
    execArgv: [],
    poolId: 1,
    onStderr: () => undefined,
  });
  process.execPath = '/no/such/node';
  await expect(worker.start()).rejects.toThrow('ENOENT');
});
