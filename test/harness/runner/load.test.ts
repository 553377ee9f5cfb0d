import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { createCpuLoad } from '../../../harness/runner/load.js';
import { loadChildSource } from '../../../harness/runner/loadChild.js';

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('load has one process per core while it is on, and none after', async () => {
  const load = createCpuLoad(2);
  started.push(load);
  await load.start();
  const { pids } = load;
  expect(pids.map(isAlive)).toEqual([true, true]);
  await load.stop();
  expect(pids.map(isAlive)).toEqual([false, false]);
});

test('starting twice starts once, and stopping twice is fine', async () => {
  const load = createCpuLoad(1);
  started.push(load);
  await load.start();
  const { pids } = load;
  await load.start();
  expect(load.pids).toEqual(pids);
  await load.stop();
  await load.stop();
  expect(load.pids).toEqual([]);
});

test('a load process ends by itself when its parent goes away', async () => {
  const child = spawn(process.execPath, ['--eval', loadChildSource], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await once(child, 'message');
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});
