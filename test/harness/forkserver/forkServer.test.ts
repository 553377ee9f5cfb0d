import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { packageRoot } from '../../../harness/forkserver/addon.js';
import {
  type ForkServer,
  forkServerSupport,
  startForkServer,
  type TemplateOptions,
} from '../../../harness/forkserver/forkServer.js';

const require = createRequire(import.meta.url);
const distPath = join(dirname(require.resolve('vitest/package.json')), 'dist');
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'forkserver-'));
});

afterAll(() => rmSync(scratch, { recursive: true }));

/** Enough of Vitest's start message for a template to get ready. */
const startIn = (environment: string, more: object = {}) => ({
  __vitest_worker_request__: true,
  type: 'start',
  poolId: 1,
  workerId: 1,
  options: { reportMemory: false },
  traces: { enabled: false },
  context: {
    environment: { name: environment, options: null },
    pool: 'forks',
    config: {
      root: scratch,
      env: {},
      defines: {},
      environmentOptions: {},
      experimental: {},
      deps: { moduleDirectories: [] },
      snapshotOptions: {},
      sequence: { hooks: 'stack', setupFiles: 'parallel' },
      chaiConfig: undefined,
      expect: {},
      coverage: { enabled: false },
      ...more,
    },
  },
});

const optionsWith = (more: Partial<TemplateOptions> = {}): TemplateOptions => ({
  distPath,
  major: 4,
  env: { ...process.env, NODE_OPTIONS: '' },
  execArgv: [],
  start: startIn('node'),
  answers: [],
  externals: [],
  flightPath: join(scratch, 'flight'),
  socketDir: scratch,
  ...more,
});

async function withServer<T>(use: (server: ForkServer) => Promise<T>): Promise<T> {
  const server = await startForkServer(optionsWith());
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

const order = { poolId: 1, workerId: 1, env: {} };

test('this machine, which runs the tests of it, has a fork server', () => {
  expect(forkServerSupport()).toEqual({ supported: true });
});

test('a template whose environment fails to start is told by its own error', async () => {
  const start = startIn('edge-runtime');
  await expect(startForkServer(optionsWith({ start }))).rejects.toThrow('@edge-runtime/vm');
});

test('options that a copy cannot keep are refused by name', async () => {
  const asked = startForkServer(optionsWith({ execArgv: ['--import', './register.mjs'] }));
  await expect(asked).rejects.toThrow("--import can't be kept");
});

test('a Vitest that is not there is an error, not a wait', async () => {
  await expect(startForkServer(optionsWith({ distPath: scratch }))).rejects.toThrow(/worker\.js/);
});

test('children end with the server, and each end is told once', async () => {
  const server = await startForkServer(optionsWith());
  const workers = await Promise.all([server.fork(order), server.fork(order)]);
  const ends: unknown[] = [];
  for (const worker of workers) worker.on('exit', (code, signal) => ends.push([code, signal]));
  await server.close();
  expect(ends).toEqual([
    [null, 'SIGKILL'],
    [null, 'SIGKILL'],
  ]);
  await expect(server.fork(order)).rejects.toThrow('the template is gone');
});

test('children end with a template that is killed', async () => {
  const server = await startForkServer(optionsWith());
  const worker = await server.fork(order);
  const ended = new Promise((resolve) => worker.on('exit', (...end) => resolve(end)));
  server.kill();
  expect(await ended).toEqual([null, 'SIGKILL', { userMs: 0, systemMs: 0 }]);
});

test('a child is told its numbers and variables, and is stopped within its grace', () =>
  withServer(async (server) => {
    const worker = await server.fork({ poolId: 3, workerId: 7, env: { FRESH: 'yes' } });
    const environment = require('node:fs').readFileSync(
      `/proc/${worker.pid}/stat`,
      'utf8',
    ) as string;
    expect(Number(environment.split(' ')[4]), 'group').toBe(worker.pid);
    const ended = new Promise<unknown[]>((resolve) => worker.on('exit', (...end) => resolve(end)));
    await worker.stop(5_000);
    const [code, signal, usage] = await ended;
    expect([code, signal]).toEqual([null, 'SIGTERM']);
    expect(usage).toEqual({ userMs: expect.any(Number), systemMs: expect.any(Number) });
    await worker.stop(0); // a second time is nothing
  }));

test('many children are forked at once', () =>
  withServer(async (server) => {
    const workers = await Promise.all(Array.from({ length: 24 }, () => server.fork(order)));
    expect(new Set(workers.map((worker) => worker.pid)).size).toBe(24);
    await Promise.all(workers.map((worker) => worker.stop(5_000)));
  }));

test('a socket directory whose path is too long for a socket is made do with', async () => {
  const deep = join(scratch, 'x'.repeat(120));
  const server = await startForkServer(optionsWith({ socketDir: deep }));
  const worker = await server.fork(order);
  expect(worker.pid).toBeGreaterThan(0);
  await server.close();
});

test('template and children end with a host that is killed', async () => {
  const entry = join(packageRoot(), 'dist/harness/forkserver/forkServer.js');
  const code = `
    const { startForkServer } = await import(${JSON.stringify(pathToFileURL(entry).href)});
    const server = await startForkServer(${JSON.stringify(optionsWith())});
    const worker = await server.fork(${JSON.stringify(order)});
    console.log(JSON.stringify([server.pid, worker.pid]));
    setInterval(() => {}, 1000);`;
  const host = spawn(process.execPath, ['--input-type=module', '-e', code]);
  const [line] = (await once(createInterface(host.stdout), 'line')) as [string];
  const pids = JSON.parse(line) as number[];
  host.kill('SIGKILL');
  const isGone = (pid: number) => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };
  // Nobody is told of a stranger's end: to look again is all there is.
  await vi.waitFor(() => expect(pids.map(isGone)).toEqual([true, true]), 60_000);
});
