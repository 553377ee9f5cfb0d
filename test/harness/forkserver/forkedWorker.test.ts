import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeFrame } from '../../../harness/forkserver/channelFrames.js';
import { ForkedProcess, readStatus } from '../../../harness/forkserver/forkedWorker.js';

let folder: string;
let ours: Socket;
let theirs: Socket;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'worker-'));
  const server = createServer();
  const path = join(folder, 's');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  theirs = createConnection(path);
  [ours] = (await once(server, 'connection')) as [Socket];
  server.close();
});

afterEach(() => {
  theirs.destroy();
  ours.destroy();
  rmSync(folder, { recursive: true });
});

test('everything a worker sent comes before its exit, in order', async () => {
  const worker = new ForkedProcess(1_000_000, ours, Buffer.alloc(0));
  const seen: unknown[] = [];
  worker.on('message', (message) => seen.push(message));
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', (code, signal) => {
      seen.push([code, signal]);
      resolve();
    });
  });
  worker.ended({ status: 9, userMs: 1, systemMs: 2 });
  for (let n = 0; n < 50; n++) theirs.write(encodeFrame({ n, text: 'x'.repeat(20_000) }));
  theirs.end();
  await ended;
  expect(seen).toHaveLength(51);
  expect(seen.slice(0, 50).map((message) => (message as { n: number }).n)).toEqual(
    Array.from({ length: 50 }, (_, n) => n),
  );
  expect(seen[50]).toEqual([null, 'SIGKILL']);
});

test("a message cut off by the worker's end is left out", async () => {
  const worker = new ForkedProcess(1_000_000, ours, Buffer.alloc(0));
  const seen: unknown[] = [];
  worker.on('message', (message) => seen.push(message));
  const ended = new Promise<void>((resolve) => worker.on('exit', () => resolve()));
  theirs.write(encodeFrame('whole'));
  theirs.end(encodeFrame('torn').subarray(0, 7));
  worker.ended({ status: 0, userMs: 1, systemMs: 2 });
  await ended;
  expect(seen).toEqual(['whole']);
});

test('bytes that came with the greeting are the first of its messages', async () => {
  const worker = new ForkedProcess(1_000_000, ours, encodeFrame('early'));
  const first = new Promise((resolve) => worker.on('message', resolve));
  expect(await first).toBe('early');
});

test.each([
  [0, 0, null],
  [7 << 8, 7, null],
  [255 << 8, 255, null],
  [9, null, 'SIGKILL'],
  [6, null, 'SIGABRT'],
  [6 | 0x80, null, 'SIGABRT'],
  [11 | 0x80, null, 'SIGSEGV'],
  [15, null, 'SIGTERM'],
])('status %i is code %s, signal %s', (status, code, signal) => {
  expect(readStatus(status)).toEqual({ code, signal });
});

test('stopping a worker whose end is never told does not wait for ever', async () => {
  const worker = new ForkedProcess(1_000_000_000, ours, Buffer.alloc(0));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const stopped = worker.stop(500);
    await vi.advanceTimersByTimeAsync(10_500);
    await expect(stopped).resolves.toBeUndefined();
  } finally {
    vi.useRealTimers();
  }
});
