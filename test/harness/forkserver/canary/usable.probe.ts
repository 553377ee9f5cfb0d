import { AsyncLocalStorage } from 'node:async_hooks';
import { execFile, fork, spawnSync } from 'node:child_process';
import { randomInt, scrypt } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { gunzip, gzip } from 'node:zlib';
import { expect, test } from 'vitest';

// Node's types lack it.
declare const WebAssembly: {
  instantiate(bytes: Uint8Array): Promise<{ instance: { exports: Record<string, () => number> } }>;
};

test('files are read and written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'canary-'));
  try {
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => writeFile(join(folder, `${n}`), `${n}`)),
    );
    expect(await readFile(join(folder, '7'), 'utf8')).toBe('7');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('crypto and zlib work in the background', async () => {
  const keys = await Promise.all(
    ['a', 'b', 'c', 'd', 'e'].map((salt) => promisify(scrypt)('secret', salt, 32)),
  );
  expect(new Set(keys.map(String)).size).toBe(5);
  const packed = await promisify(gzip)(Buffer.alloc(1_000_000, 'x'));
  expect((await promisify(gunzip)(packed)).length).toBe(1_000_000);
  expect(
    await promisify((then: (e: Error | null, n: number) => void) => randomInt(9, then))(),
  ).toBeLessThan(9);
});

test('names are looked up', async () => {
  expect((await lookup('localhost')).address).toMatch(/127\.0\.0\.1|::1/);
});

test('pages are served and fetched', async () => {
  const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  expect(await answer.text()).toBe('hello');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('threads run and draw their own random numbers', async () => {
  const code = `require('node:worker_threads').parentPort.on('message', (n) => {
    require('node:worker_threads').parentPort.postMessage([n + 1, process.pid, Math.random()]);
  })`;
  const ask = async () => {
    const worker = new Worker(code, { eval: true });
    const answer = new Promise<unknown[]>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    worker.postMessage(41);
    const [sum, pid, random] = await answer;
    await worker.terminate();
    expect([sum, pid]).toEqual([42, process.pid]);
    return random;
  };
  const [one, other] = await Promise.all([ask(), ask()]);
  expect(one).not.toBe(other);
});

test('threads share memory and wait for it', async () => {
  const shared = new SharedArrayBuffer(4);
  const code = `const { workerData } = require('node:worker_threads');
    const cell = new Int32Array(workerData); Atomics.store(cell, 0, 7); Atomics.notify(cell, 0);`;
  const worker = new Worker(code, { eval: true, workerData: shared });
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  Atomics.wait(new Int32Array(shared), 0, 0, 10_000);
  expect(new Int32Array(shared)[0]).toBe(7);
  await ended;
});

test('processes are started, forked and waited for', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.ppid']);
  expect(Number(stdout)).toBe(process.pid);
  expect(spawnSync('sh', ['-c', 'exit 7']).status).toBe(7);
  const folder = await mkdtemp(join(tmpdir(), 'canary-'));
  const script = join(folder, 'echo.mjs');
  await writeFile(script, `process.once('message', (m) => process.send(m, () => process.exit(0)))`);
  try {
    const child = fork(script, { execArgv: [] });
    child.send({ ping: 1 });
    const code = new Promise((resolve) => child.once('exit', resolve));
    expect(await new Promise((resolve) => child.once('message', resolve))).toEqual({ ping: 1 });
    expect(await code).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('WebAssembly is compiled in the background', async () => {
  // (module (func (export "f") (result i32) i32.const 42))
  const bytes = Uint8Array.from([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6,
    1, 4, 0, 65, 42, 11,
  ]);
  const { instance } = await WebAssembly.instantiate(bytes);
  expect(instance.exports.f?.()).toBe(42);
});

test('timers, signals and storage work', async () => {
  const storage = new AsyncLocalStorage<number>();
  const seen = await storage.run(5, async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return storage.getStore();
  });
  expect(seen).toBe(5);
  await expect(
    new Promise((_, reject) => {
      const signal = AbortSignal.timeout(5);
      signal.addEventListener('abort', () => reject(signal.reason));
    }),
  ).rejects.toThrow(/timeout/i);
  const signalled = new Promise((resolve) => process.once('SIGUSR2', resolve));
  process.kill(process.pid, 'SIGUSR2');
  expect(await signalled).toBe('SIGUSR2');
});

test('the heap is collected and hot code compiled', () => {
  const registry = new FinalizationRegistry(() => undefined);
  let sum = 0;
  for (let round = 0; round < 300; round++) {
    const waste = Array.from({ length: 10_000 }, (_, n) => ({ n, round }));
    registry.register(waste, round);
    sum += new WeakRef(waste).deref()?.length ?? 0;
  }
  expect(sum).toBe(3_000_000);
});

test('modules are imported, also natively', async () => {
  const { default: path } = await import('node:path');
  expect(path.sep).toBe('/');
  const folder = await mkdtemp(join(tmpdir(), 'canary-'));
  try {
    const file = join(folder, 'm.mjs');
    await writeFile(file, 'export const answer = 42;');
    const url = pathToFileURL(file).href;
    expect(((await import(/* @vite-ignore */ url)) as { answer: number }).answer).toBe(42);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('megabytes are printed', async () => {
  const chunk = 'x'.repeat(999_999);
  for (const stream of [process.stdout, process.stderr]) {
    for (let n = 0; n < 3; n++) {
      await new Promise<void>((resolve) => stream.write(`${chunk}\n`, () => resolve()));
    }
  }
});

test('the host is sent messages', async () => {
  expect(process.connected).toBe(true);
  await new Promise<void>((resolve, reject) => {
    process.send?.({ canary: 'sings', bytes: new Uint8Array([1, 2, 3]) }, (error: unknown) =>
      error ? reject(error) : resolve(),
    );
  });
});
