import * as nodeFs from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc, { type Scheduler } from 'fast-check';
import { Volume } from 'memfs';
import { expect, onTestFinished, test } from 'vitest';
import { createClock } from '../../harness/fixtures/clock.js';
import {
  interleaving,
  interleavings,
  scheduledFileSystem,
  sweepFaults,
} from '../../harness/property/index.js';
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

/** How many of two contenders hold the lock at once when their operations come in this order. */
async function holders(scheduler: Scheduler, target: Target, file: string): Promise<number> {
  const fs = scheduledFileSystem(scheduler, target);
  const locked = [first, second].map((locker) => locker.lock(file, { fs }));
  const settled = await scheduler.waitFor(Promise.allSettled(locked));
  const held = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  // The second to leave finds nothing to remove, or what the first has left it.
  await scheduler.waitFor(Promise.allSettled(held.map((release) => release())));
  return held.length;
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

test('two contenders for a stale lock may both get it', async () => {
  const run = await fc.check(
    fc.asyncProperty(
      interleavings({ maxDecisions: 10, maxJump: 1 }),
      async (scheduler) => (await holders(scheduler, staleVolume(), '/d/file')) < 2,
    ),
    { seed: 4 },
  );
  expect(run.failed).toBe(true);
});

test('the order in which they do: each removes, then makes, after both have looked', async () => {
  const scheduler = interleaving(bothHold);
  expect(await holders(scheduler, staleVolume(), '/d/file')).toBe(2);
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
    expect(await holders(interleaving(bothHold), nodeFs, join(dir, 'file'))).toBe(2);
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

test('two contenders for a free lock: only one gets it, in every order', async () => {
  // Seven operations in all, and no choice before the last.
  for (let bits = 0; bits < 2 ** 6; bits++) {
    const decisions = [...bits.toString(2).padStart(6, '0')].map(Number);
    const volume = Volume.fromJSON({ '/d/file': '' });
    expect(await holders(interleaving(decisions), volume, '/d/file')).toBe(1);
  }
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
