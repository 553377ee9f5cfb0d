import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Worker3 } from '../../../../../harness/runner/host/v3/worker3.js';
import type { Project, VitestModule } from '../../../../../harness/runner/host/vitestFace.js';
import { fakeProject } from '../../../../support/fakeVitest.js';
import { FakeScope } from '../../../../support/fakeWorkers.js';
import { root } from '../../../../support/tasks.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => vi.useRealTimers());

const file = `${root}/a.test.ts`;

function aWorker(): { scope: FakeScope; worker: Worker3 } {
  const scope = new FakeScope();
  const project: Project = { ...fakeProject(), getProvidedContext: () => ({}) } as Project;
  const module = { createMethodsRPC: () => ({}) } as unknown as VitestModule;
  const worker = new Worker3(scope, module, {
    distPath: '/repo/node_modules/vitest/dist',
    project,
    pool: 'forks',
    environment: { name: 'node', transformMode: undefined, options: null },
    env: {},
    execArgv: [],
    poolId: 1,
  });
  return { scope, worker };
}

test('a file is through when its worker says so', async () => {
  const { scope, worker } = aWorker();
  const through = worker.carryOut(file, 1, false);
  await vi.advanceTimersByTimeAsync(0);
  const [raw] = scope.raws;
  raw?.responds('started');
  await vi.advanceTimersByTimeAsync(0);
  expect(raw?.sentTypes).toEqual(['start', 'run']);
  raw?.responds('testfileFinished');
  await through;
  expect(vi.getTimerCount()).toBe(0);
});

test('a worker that can’t be started fails its file', async () => {
  const { scope, worker } = aWorker();
  scope.startFails = new Error('spawn EAGAIN');
  await worker.carryOut(file, 1, false);
  expect(scope.told).toEqual({
    'a.test.ts': ['finished', expect.stringContaining('spawn EAGAIN')],
  });
});

test('a worker that never gets ready fails its file, and is ended', async () => {
  const { scope, worker } = aWorker();
  const through = worker.carryOut(file, 1, false);
  await vi.advanceTimersByTimeAsync(119_000);
  expect(scope.results).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  await through;
  expect(scope.told).toEqual({
    'a.test.ts': ['finished', expect.stringContaining('not ready after 120000 ms')],
  });
  expect(scope.raws[0]?.kills).toBe(1);
  expect(scope.openWorkers.size).toBe(0);
});

test('a worker that says nothing when it is stopped is ended after its teardown', async () => {
  const { scope, worker } = aWorker();
  const through = worker.carryOut(file, 1, false);
  await vi.advanceTimersByTimeAsync(0);
  scope.raws[0]?.responds('started');
  await vi.advanceTimersByTimeAsync(0);
  scope.raws[0]?.responds('testfileFinished');
  await through;
  const stopped = worker.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  await stopped;
  expect(scope.raws[0]?.stops).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});
