import * as nodeFs from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc, { type Scheduler } from 'fast-check';
import { Volume } from 'memfs';
import { expect, onTestFinished, test } from 'vitest';
import { memfsBackend } from '../../harness/faults/backends/memfsBackend.js';
import { createFileSystem } from '../../harness/faults/fileSystem/createFileSystem.js';
import { createClock } from '../../harness/fixtures/clock.js';
import {
  interleaving,
  interleavings,
  scheduledFileSystem,
  sweepFaults,
} from '../../harness/property/index.js';
import { everyOrder } from './everyOrder.js';
import { installedVersion } from './installedVersion.js';

type Locker = typeof import('proper-lockfile');
type Target = Parameters<typeof scheduledFileSystem>[1];

/** A copy with a table of locks of its own, as another process has. */
function processOfItsOwn(): Locker {
  const require = createRequire(import.meta.url);
  for (const path of Object.keys(require.cache)) {
    if (/[\\/]proper-lockfile[\\/]/.test(path)) Reflect.deleteProperty(require.cache, path);
  }
  return require('proper-lockfile') as Locker;
}

const first = processOfItsOwn();
const second = processOfItsOwn();

/** How many of two contenders hold the lock at once. */
async function holders(file: string, fs: () => unknown, settle: Settle): Promise<number> {
  const locked = [first, second].map((locker) => locker.lock(file, { fs: fs() }));
  const settled = await settle(Promise.allSettled(locked));
  const held = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  for (const release of held) await settle(release());
  return held.length;
}

/** Has work go on by a scheduler's turns until it settles. */
type Settle = <T>(work: Promise<T>) => Promise<T>;

function scheduled(scheduler: Scheduler, target: Target, file = '/d/file'): Promise<number> {
  const fs = () => scheduledFileSystem(scheduler, target);
  return holders(file, fs, (work) => scheduler.waitFor(work));
}

/** For each number of holders, in how many orders it comes to that. */
async function tally(make: () => Volume, begin: number[] = []): Promise<Record<number, number>> {
  const all = await everyOrder((turns) => {
    const backend = memfsBackend(make());
    const fs = () => createFileSystem(backend, turns.interceptor);
    return holders('/d/file', fs, async (work) => turns.until(work));
  }, begin);
  return Object.fromEntries([...new Set(all)].map((n) => [n, all.filter((m) => m === n).length]));
}

/** A lock whose holder died long ago. */
function staleVolume(): Volume {
  const volume = Volume.fromJSON({ '/d/file': '', '/d/file.lock': null });
  volume.utimesSync('/d/file.lock', 1, 1);
  return volume;
}

/** Both find the lock stale; the second then removes the one that the first has just made. */
const bothHold = [0, 0, 0, 0, 0, 0, 0, 1, 0, 1];

test('the version looked at', () => {
  expect(installedVersion('proper-lockfile')).toBe('4.1.2');
  expect(first).not.toBe(second);
});

test('two contenders for a stale lock: in 20 of 48 orders both hold it', async () => {
  // Of those in which both have found it stale before either goes on. All 1250 from the beginning
  // on, counted with no `begin`, give { 0: 160, 1: 690, 2: 400 }.
  expect(await tally(staleVolume, bothHold.slice(0, 6))).toEqual({ 0: 8, 1: 20, 2: 20 });
});

test('two contenders for a free lock: only one gets it, in every order', async () => {
  expect(await tally(() => Volume.fromJSON({ '/d/file': '' }))).toEqual({ 1: 44 });
});

test('a random search finds such an order, too', async () => {
  const run = await fc.check(
    fc.asyncProperty(
      interleavings({ maxDecisions: 10, maxJump: 1 }),
      async (scheduler) => (await scheduled(scheduler, staleVolume())) < 2,
    ),
    { seed: 4 },
  );
  expect(run.failed).toBe(true);
});

test('the order in which they do: each removes, then makes, after both have looked', async () => {
  const scheduler = interleaving(bothHold);
  expect(await scheduled(scheduler, staleVolume())).toBe(2);
  const calls = scheduler.report().map(({ label }) => label.replace(/\(.*/, ''));
  expect(calls.slice(0, 10)).toEqual([
    'realpath',
    'realpath',
    'mkdir',
    'mkdir',
    'stat',
    'stat',
    'rmdir',
    'mkdir',
    'rmdir',
    'mkdir',
  ]);
});

test('in that order they do on a real disk, too', async () => {
  const dir = nodeFs.mkdtempSync(join(nodeFs.realpathSync(tmpdir()), 'lockfile-'));
  try {
    nodeFs.writeFileSync(join(dir, 'file'), '');
    nodeFs.mkdirSync(join(dir, 'file.lock'));
    nodeFs.utimesSync(join(dir, 'file.lock'), 1, 1);
    expect(await scheduled(interleaving(bothHold), nodeFs, join(dir, 'file'))).toBe(2);
  } finally {
    nodeFs.rmSync(dir, { recursive: true });
  }
});

test('one of them is told at its next update, seconds later', async () => {
  const { clock, end } = createClock();
  onTestFinished(end);
  clock.install({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const told: string[] = [];
  const onCompromised = (error: Error & { code?: string }) => void told.push(`${error.code}`);
  const scheduler = interleaving(bothHold);
  const fs = scheduledFileSystem(scheduler, staleVolume());
  const held = Promise.all([
    first.lock('/d/file', { fs, onCompromised }),
    second.lock('/d/file', { fs, onCompromised, update: 4500 }),
  ]);
  await scheduler.waitFor(held);
  await clock.advance(4999);
  await scheduler.waitIdle();
  expect(told).toEqual([]);
  await clock.advance(1);
  await scheduler.waitIdle();
  expect(told).toEqual(['ECOMPROMISED']);
  await scheduler.waitFor(Promise.allSettled((await held).map((release) => release())));
});

test('a release that failed cannot be tried again, and the lock stays until it is stale', async () => {
  const report = await sweepFaults(
    async ({ fs, dir }) => {
      const release = await first.lock(`${dir}/file`, { fs });
      await release().catch(() => release());
    },
    {
      effects: ['fail'],
      lasting: ['once'],
      errnos: ['EBUSY', 'EIO', 'EACCES'],
      setup: ({ fs, dir }) => fs.writeFileSync(`${dir}/file`, ''),
      invariant: ({ fs, dir, outcome }) => {
        if (!fs.existsSync(`${dir}/file.lock`)) return;
        throw new Error(outcome.kind === 'threw' ? Object(outcome.error).code : 'locked');
      },
    },
  );
  expect(
    report.findings.map(({ operation, fault, message }) => [operation, fault, message]),
  ).toEqual([
    ['rmdir', "fail('EBUSY')", 'ERELEASED'],
    ['rmdir', "fail('EIO')", 'ERELEASED'],
    ['rmdir', "fail('EACCES')", 'ERELEASED'],
  ]);
});
