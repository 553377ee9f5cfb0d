import type { Stats } from 'node:fs';
import { Volume } from 'memfs';
import { expect, test } from 'vitest';
import { memfsBackend } from '../../../../harness/faults/backends/memfsBackend.js';
import { createFileSystem } from '../../../../harness/faults/fileSystem/createFileSystem.js';
import type { Timers } from '../../../../harness/faults/fileSystem/timers.js';
import { recordingInterceptor } from './support.js';

/** Timers that run out when they are told to. */
function manualTimers(): Timers & { runOut(): Promise<void>; waits: number[] } {
  let pending: (() => void)[] = [];
  const waits: number[] = [];
  return {
    waits,
    block: (ms) => void waits.push(ms),
    start: (done, { ms }) => {
      waits.push(ms);
      pending.push(done);
      return () => {
        pending = pending.filter((each) => each !== done);
      };
    },
    runOut: async () => {
      await settled();
      for (const done of pending.splice(0)) done();
      await settled();
    },
  };
}

/** Lets everything run that waits for no timer. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function watched() {
  const volume = Volume.fromJSON({ '/file': 'one' });
  const timers = manualTimers();
  const { interceptor, operations } = recordingInterceptor();
  const fs = createFileSystem(memfsBackend(volume), interceptor, { timers });
  const seen: string[] = [];
  const listener = (current: Stats, previous: Stats): void => {
    seen.push(`${previous.size} -> ${current.size}`);
  };
  return { volume, timers, operations, fs, seen, listener };
}

test('watchFile tells of a change at the next look, and of none when nothing changed', async () => {
  const { volume, timers, operations, fs, seen, listener } = watched();
  fs.watchFile('/file', { interval: 10 }, listener);
  await timers.runOut();
  expect(seen).toEqual([]);
  volume.writeFileSync('/file', 'longer');
  await timers.runOut();
  expect(seen).toEqual(['3 -> 6']);
  volume.unlinkSync('/file');
  await timers.runOut();
  expect(seen).toEqual(['3 -> 6', '6 -> 0']);
  expect(new Set(operations.map((o) => `${o.within}.${o.name}`))).toEqual(
    new Set(['watchFile.stat']),
  );
  expect(new Set(timers.waits)).toEqual(new Set([10]));
});

test('watchFile tells once of a file that is missing from the start', async () => {
  const { timers, fs, seen, listener } = watched();
  fs.watchFile('/none', listener);
  await timers.runOut();
  await timers.runOut();
  expect(seen).toEqual(['0 -> 0']);
});

test('unwatchFile ends the looking', async () => {
  const { timers, operations, fs, listener } = watched();
  fs.watchFile('/file', listener);
  await timers.runOut();
  fs.unwatchFile('/file', listener);
  const looks = operations.length;
  await timers.runOut();
  expect(operations).toHaveLength(looks);
});

test('watch hands on what the backend notices, and passes the interceptor once', async () => {
  const { volume, operations, fs } = watched();
  const noticed = new Promise((resolve) => {
    const watcher = fs.watch('/', (_type, name) => {
      watcher.close();
      resolve(name);
    });
  });
  volume.writeFileSync('/other', 'x');
  expect(await noticed).toBe('other');
  expect(operations.map(({ name, path }) => [name, path])).toEqual([['watch', '/']]);
});

test('promises.watch ends when its signal is aborted', async () => {
  const { volume, fs } = watched();
  const controller = new AbortController();
  const names: unknown[] = [];
  const watching = (async () => {
    for await (const { filename } of fs.promises.watch('/', { signal: controller.signal })) {
      names.push(filename);
      controller.abort();
    }
  })();
  await settled();
  volume.writeFileSync('/other', 'x');
  await expect(watching).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  expect(names).toContain('other');
});

test('rm tries again as often and after as long as it was told, each wait longer', () => {
  const volume = Volume.fromJSON({ '/file': 'one' });
  const timers = manualTimers();
  const busy = Object.assign(new Error('busy'), { code: 'EBUSY', errno: -16 });
  let refusals = 2;
  const fs = createFileSystem(
    memfsBackend(volume),
    {
      sync: (operation, proceed) => {
        if (operation.name === 'unlink' && refusals-- > 0) throw busy;
        return proceed();
      },
      async: (_operation, proceed) => proceed(),
    },
    { timers },
  );
  fs.rmSync('/file', { maxRetries: 2, retryDelay: 30 });
  expect(timers.waits).toEqual([30, 60]);
  expect(volume.existsSync('/file')).toBe(false);
});
