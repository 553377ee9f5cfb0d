import { describe, expect, test } from 'vitest';
import { checkStore, openStore, restoreStore } from '../../../src/index.js';
import type { JobStore } from '../../../src/jobs/jobStore.js';
import type { StoreOptions } from '../../../src/store/options.js';
import { storeClock } from '../../support/storeClock.js';
import { StoreMachine } from '../../support/storeMachine.js';

const dir = '/data/store';

/** Stores that keep one file of logs of next to nothing: each checkpoint drops what the one before had. */
function forgetful(jobLogs: StoreOptions['jobLogs'] = { fileBytes: 1, files: 1 }) {
  const clock = storeClock();
  const machine = StoreMachine.fresh(clock);
  const platform = machine.process();
  const say = <T>(answer: Promise<T>): Promise<T> => clock.drive(answer);
  const open = (at = dir): Promise<JobStore> =>
    say(
      openStore(at, {
        log: { segmentBytes: 4096, commit: 'now' },
        mode: 'exclusive',
        jobLogs,
        platform,
      }),
    );
  const log = async (store: JobStore, id: string): Promise<number> =>
    (await say(store.appendLog(id, { message: `about ${id}` }))).number;
  return { say, open, log, platform };
}

describe('the number of a log entry is never given twice', () => {
  test('also once rotation took all of a job’s entries', async () => {
    const { say, open, log, platform } = forgetful();
    let store = await open();
    for (const id of ['a', 'b']) await say(store.create({ id, type: 't' }));
    expect([await log(store, 'a'), await log(store, 'a')]).toEqual([1, 2]);
    await say(store.checkpoint());
    // The file of these takes the place of that of a's, and the next ones of theirs.
    for (let round = 0; round < 4; round++) {
      await log(store, 'b');
      await say(store.checkpoint());
    }
    expect(await store.logs('a')).toEqual([]);
    expect((await say(store.logs('b'))).map(({ number }) => number)).toEqual([4]);
    await say(store.close());
    expect((await say(checkStore(dir, { platform }))).findings).toEqual([]);
    store = await open();
    expect(await store.logs('a')).toEqual([]);
    expect((await store.recentLogs(9)).map(({ jobId }) => jobId)).toEqual(['b']);
    expect(await log(store, 'a')).toBe(3);
    for (let round = 0; round < 3; round++) {
      await log(store, 'b');
      await say(store.checkpoint());
    }
    expect(await log(store, 'a')).toBe(4);
    await say(store.close());
  });

  test('nor by the store that a backup becomes', async () => {
    const { say, open, log, platform } = forgetful();
    const store = await open();
    for (const id of ['a', 'b', 'c']) await say(store.create({ id, type: 't' }));
    for (const id of ['a', 'b', 'c', 'b']) {
      await log(store, id);
      await say(store.checkpoint());
    }
    await say(store.backup('/data/backup'));
    await say(store.close());
    await say(restoreStore('/data/backup', '/data/restored', { platform }));
    expect((await say(checkStore('/data/restored', { platform }))).findings).toEqual([]);
    const restored = await open('/data/restored');
    expect(await restored.logs('a')).toEqual([]);
    expect([await log(restored, 'a'), await log(restored, 'b'), await log(restored, 'c')]).toEqual([
      2, 3, 2,
    ]);
    await say(restored.close());
  });

  test('nor where none is kept of any job', async () => {
    const { say, open, log } = forgetful({ perJob: 0 });
    const store = await open();
    await say(store.create({ id: 'a', type: 't' }));
    for (let number = 1; number <= 5; number++) {
      expect(await log(store, 'a')).toBe(number);
      await say(store.checkpoint());
    }
    await say(store.close());
  });

  test('and is forgotten with its job', async () => {
    const { say, open, log, platform } = forgetful();
    const store = await open();
    for (const id of ['a', 'b']) await say(store.create({ id, type: 't' }));
    for (const id of ['a', 'b', 'b']) {
      await log(store, id);
      await say(store.checkpoint());
    }
    await say(store.remove('a'));
    await say(store.create({ id: 'a', type: 't' }));
    expect(await log(store, 'a')).toBe(1);
    for (let round = 0; round < 3; round++) {
      await log(store, 'b');
      await say(store.checkpoint());
    }
    expect(await log(store, 'a')).toBe(2);
    await say(store.close());
    expect((await say(checkStore(dir, { platform }))).findings).toEqual([]);
  });
});
