import { test } from 'flakehound';
import {
  assertCrashSafe,
  type CrashWorld,
  type Seen,
  type WorkloadWorld,
} from 'flakehound/property';
import { describe, expect } from 'vitest';
import type { Files } from './replaceFile.js';
import { type Session, SessionFile } from './sessionFile.js';

const old = '{"user":"ada"}';

test('changes within 50 ms are saved together', async ({ volume, clock, faults }) => {
  const { sleep } = clock;
  const path = volume.file('session.json');
  const file = await SessionFile.open(path, { files: faults.over(volume).promises, sleep });
  file.set('user', 'ada');
  await clock.advance(49);
  file.set('theme', 'dark');
  expect(volume.tree()).toEqual({});

  await clock.advance(1);

  expect(volume.tree()).toEqual({ 'session.json': '{"user":"ada","theme":"dark"}' });
  expect(clock.sleeps).toEqual([50]);
  expect(faults.trace.filter(({ operation }) => operation === 'rename')).toHaveLength(1);
});

test('a slow disk makes who waits by the clock miss what saved() awaits', async ({
  volume,
  clock,
  faults,
}) => {
  const { sleep } = clock;
  faults.on('fsync', { nth: 1 }).delay(20);
  const path = volume.file('session.json');
  const file = await SessionFile.open(path, { files: faults.over(volume).promises, sleep });
  file.set('user', 'ada');

  await clock.advance(60);
  expect(volume.tree()).not.toHaveProperty(['session.json']);

  await clock.drive(file.saved());
  expect(volume.tree()).toEqual({ 'session.json': old });
  expect(clock.performance.now()).toBe(70);
});

describe('while the file is busy', () => {
  test('twice, it is saved at the third attempt', async ({ volume, clock, faults }) => {
    const { sleep } = clock;
    faults.on('rename', { nth: 1, times: 2 }).fail('EBUSY');
    const path = volume.file('session.json');
    const file = await SessionFile.open(path, { files: faults.over(volume).promises, sleep });
    file.set('user', 'ada');

    await clock.drive(file.saved());

    expect(clock.sleeps).toEqual([50, 10, 20]);
    expect(volume.tree()).toEqual({ 'session.json': old });
    faults.expectExhausted();
  });

  test('for good, it is saved beside the file and found there', async ({
    volume,
    clock,
    faults,
  }) => {
    const { sleep } = clock;
    volume.seed({ 'session.json': old });
    faults.on('rename', { path: '**/session.json' }).fail('EBUSY');
    const path = volume.file('session.json');
    const file = await SessionFile.open(path, { files: faults.over(volume).promises, sleep });
    file.set('user', 'grace');

    await clock.drive(file.saved());

    expect(clock.sleeps).toEqual([50, 10, 20, 40]);
    expect(volume.tree()).toMatchObject({
      'session.json': old,
      'session.json.recovery': '{"user":"grace"}',
    });
    const next = await SessionFile.open(path, { files: volume.fs.promises, sleep });
    expect(next.session).toEqual({ user: 'grace' });
  });
});

describe('after a crash at any moment', () => {
  const judged = {
    setup: ({ fs, dir }: CrashWorld) => fs.writeFileSync(`${dir}/session.json`, old),
    recover: async ({ fs, dir }: CrashWorld) =>
      (await SessionFile.open(`${dir}/session.json`, { files: fs.promises })).session,
    invariants: {
      'the session is whole, and the new one once promised': (seen: Seen<Session>) => {
        const isPromised = seen.acknowledged.length > 0;
        const before = isPromised ? [] : [{ user: 'ada' }];
        expect([...before, { user: 'grace' }]).toContainEqual(seen.state);
      },
    },
  };
  const saves = (filesOf: (world: CrashWorld) => Files) => async (world: WorkloadWorld) => {
    const options = { files: filesOf(world), sleep: async () => {} };
    const file = await SessionFile.open(`${world.dir}/session.json`, options);
    file.set('user', 'grace');
    await file.saved();
    world.acknowledge('saved');
  };

  test('the session is the old one or the new one, whole', async () => {
    await assertCrashSafe(
      saves(({ fs }) => fs.promises),
      judged,
    );
  });

  test('so it is when a recovery file was left by an earlier save', async () => {
    await assertCrashSafe(
      saves(({ fs }) => fs.promises),
      {
        ...judged,
        setup({ fs, dir }) {
          fs.writeFileSync(`${dir}/session.json`, '{"user":"older"}');
          fs.writeFileSync(`${dir}/session.json.recovery`, old);
        },
      },
    );
  });

  test('so it is when the new one goes to the recovery file', async () => {
    const busy = ({ fs, dir }: CrashWorld): Files => ({
      ...fs.promises,
      async rename(from, to) {
        if (to === `${dir}/session.json`) throw Object.assign(new Error('busy'), { code: 'EBUSY' });
        await fs.promises.rename(from, to);
      },
    });

    await assertCrashSafe(saves(busy), judged);
  });
});

test('a store gathers changes, sits a failed sync out, and keeps them through a power cut', async ({
  store,
  clock,
  faults,
}) => {
  await store.create({ id: 'session', type: 'session' });
  store.updateLater('session', { data: { user: 'old' } });
  store.updateLater('session', { data: { user: 'new' } });
  faults.on('fdatasync', { nth: 1 }).fail('EIO');

  await clock.drive(store.flush());
  await store.crash({ lose: 'all' });

  expect(await store.get('session')).toMatchObject({ data: { user: 'new' }, version: 2 });
  faults.expectExhausted();
});
