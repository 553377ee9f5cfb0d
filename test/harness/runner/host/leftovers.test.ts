import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import {
  endLeftovers,
  findDescendants,
  findLeftovers,
} from '../../../../harness/runner/host/leftovers.js';

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
});

const waits = 'process.stdin.resume();process.stdout.write("ready")';

/** A process that waits for its stdin to end, once it runs. */
async function aChild(env: Record<string, string> = {}, code = waits): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--eval', code], {
    // Not what the worker that runs this very test has.
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  children.push(child);
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

const pids = (found: readonly { readonly pid: number }[]) => found.map(({ pid }) => pid);

describe.runIf(process.platform === 'linux')('processes that tests left', () => {
  test('are those below us that a worker’s environment was handed down to', async () => {
    const left = await aChild({ VITEST_POOL_ID: '1', VITEST_WORKER_ID: '27' });
    const ours = await aChild();
    const found = findLeftovers(process.pid, new Set());
    expect(found.find(({ pid }) => pid === left.pid)).toEqual({
      pid: left.pid,
      workerId: 27,
      command: `${process.execPath} --eval ${waits}`,
    });
    expect(pids(found)).not.toContain(ours.pid);
  });

  test('may come from a worker whose number is not known', async () => {
    const left = await aChild({ VITEST_POOL_ID: '1' });
    const found = findLeftovers(process.pid, new Set());
    expect(found.find(({ pid }) => pid === left.pid)?.workerId).toBeNull();
  });

  test('are not those whose variables only end alike', async () => {
    const other = await aChild({ MY_VITEST_POOL_ID: '1', NOTE: 'VITEST_POOL_ID=1' });
    expect(pids(findLeftovers(process.pid, new Set()))).not.toContain(other.pid);
  });

  test('are not those that are spared', async () => {
    const worker = await aChild({ VITEST_POOL_ID: '1' });
    expect(pids(findLeftovers(process.pid, new Set([worker.pid ?? 0])))).not.toContain(worker.pid);
  });

  test('are found at any depth, and not beside us', async () => {
    const code = `
      const child = require('node:child_process').spawn(
        process.execPath, ['--eval', ${JSON.stringify(waits)}],
        { stdio: ['pipe', 'pipe', 'ignore'] });
      child.stdout.on('data', () => process.stdout.write(String(child.pid)));
      process.stdin.on('end', () => child.kill('SIGKILL'));
      process.stdin.resume();`;
    const parent = spawn(process.execPath, ['--eval', code], { stdio: ['pipe', 'pipe', 'ignore'] });
    children.push(parent);
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    const grandchild = Number(said.toString());
    try {
      expect(pids(findDescendants(process.pid))).toEqual(
        expect.arrayContaining([parent.pid, grandchild]),
      );
      expect(pids(findDescendants(parent.pid ?? 0))).toEqual([grandchild]);
      expect(pids(findDescendants(grandchild))).toEqual([]);
    } finally {
      endLeftovers([{ pid: grandchild }]);
    }
  });

  test('are ended, and gone ones are no trouble', async () => {
    const left = await aChild({ VITEST_POOL_ID: '1' });
    const gone = once(left, 'exit');
    const leftover = [{ pid: left.pid ?? 0 }];
    endLeftovers(leftover);
    expect(await gone).toEqual([null, 'SIGKILL']);
    expect(pids(findDescendants(process.pid))).not.toContain(left.pid);
    endLeftovers(leftover);
  });
});

test('a process that does not exist has none below it', () => {
  expect(findDescendants(2 ** 22 + 1)).toEqual([]);
});
