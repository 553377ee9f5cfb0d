import { beforeEach, describe, expect, test } from 'vitest';
import type { JobChange, JobStore } from '../../../../src/jobs/jobStore.js';
import { type SharedStore, sharedStore } from '../../../../src/store/sharing/sharedStore.js';
import type { SharingRequest } from '../../../../src/store/sharing/takeRole.js';
import { emptyModelState, type ModelState } from '../../../support/modelState.js';
import { modelStore } from '../../../support/modelStore.js';
import { type SharedPlace, sharedPlace } from './sharedPlace.js';

let place: SharedPlace;
let state: ModelState;
let manifest: { epoch: number };
/** The changes that the log has, by LSN. */
let history: Map<number, JobChange>;
/** By pid: where it listens. */
let addresses: Map<number, string>;

beforeEach(() => {
  place = sharedPlace();
  state = emptyModelState();
  manifest = { epoch: 0 };
  history = new Map();
  addresses = new Map();
});

/** A store that still takes over when its test ends keeps to that test's world. */
const requestOf = (pid: number, how: Partial<SharingRequest> = {}): SharingRequest => {
  const world = { place, state, manifest, history, addresses };
  return {
    platform: world.place.platform(pid),
    dir: world.place.dir,
    mode: 'shared',
    manifestEpoch: async () => world.manifest.epoch,
    async openOwner(ownership) {
      const { clock, dir } = world.place;
      const store = modelStore({ clock, state: world.state, dir });
      world.manifest.epoch = ownership.epoch;
      world.addresses.set(pid, ownership.lock.address);
      store.onChange((changes) => {
        for (const change of changes) world.history.set(change.lsn, change);
      });
      return store;
    },
    changesSince: async (_, lsn) =>
      [...world.history.values()].filter((change) => change.lsn > lsn),
    patience: 1000,
    flush: 100,
    ...how,
  };
};

const open = (pid: number, how?: Partial<SharingRequest>): Promise<SharedStore> =>
  place.clock.drive(sharedStore(requestOf(pid, how)));

/** The process ends without a word. */
function kill(pid: number): void {
  place.processes.kill(pid);
  place.channels.sever(addresses.get(pid) ?? '');
}

const roleOf = async (store: JobStore) => (await place.clock.drive(store.health())).role;

describe('processes that share a store', () => {
  test('have one owner, and see each other’s jobs', async () => {
    const [first, second] = [await open(1), await open(2)];
    expect([await roleOf(first), await roleOf(second)]).toEqual(['owner', 'guest']);
    await second.create({ id: 'a', type: 't', data: { deep: ['ü', null] } });
    expect(await first.get('a')).toEqual(await second.get('a'));
  });

  test('go on when the owner closes: a guest takes over', async () => {
    const [first, second, third] = [await open(1), await open(2), await open(3)];
    await third.create({ id: 'a', type: 't' });
    const closing = first.close();
    const created = second.create({ id: 'b', type: 't' });
    await place.clock.drive(Promise.all([closing, created]));
    expect(await place.clock.drive(third.get('b'))).toEqual(await created);
    expect([await roleOf(second), await roleOf(third)].sort()).toEqual(['guest', 'owner']);
    expect(manifest.epoch).toBe(2);
  });

  test('make calls again that the dead owner can’t have taken, and reads in any case', async () => {
    const [, second] = [await open(1), await open(2)];
    await second.create({ id: 'a', type: 't' });
    place.channels.freeze();
    const read = second.get('a');
    await place.clock.turns();
    kill(1);
    await place.clock.turns(1);
    const unsent = second.create({ id: 'b', type: 't' });
    place.channels.thaw();
    expect(await place.clock.drive(read)).toMatchObject({ id: 'a' });
    expect(await place.clock.drive(unsent)).toMatchObject({ id: 'b' });
    expect(await roleOf(second)).toBe('owner');
  });

  test('reject a write whose fate nobody knows', async () => {
    const [, second] = [await open(1), await open(2)];
    place.channels.freeze();
    const sent = second.create({ id: 'b', type: 't' });
    const outcome = expect(sent).rejects.toMatchObject({ code: 'STORE_OUTCOME_UNKNOWN' });
    await place.clock.turns();
    kill(1);
    place.channels.thaw();
    await outcome;
  });

  test('are told in time that the owner is stopped, and lose nothing when it goes on', async () => {
    const [first, second] = [await open(1), await open(2)];
    await second.create({ id: 'a', type: 't' });
    place.channels.freeze();
    const begun = place.clock.elapsed();
    const read = place.clock.drive(second.get('a'));
    const refused = expect(read).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining('process 1'),
      hint: expect.stringContaining('kill -CONT 1'),
    });
    const write = second.update('a', { data: 1 });
    const unknown = expect(write).rejects.toMatchObject({
      code: 'STORE_OUTCOME_UNKNOWN',
      message:
        'process 1, the owner of the store, has said nothing for 5000 ms: update may have taken place, may yet, or not',
      hint: expect.stringContaining('kill -CONT 1'),
    });
    second.updateLater('a', { result: 2 });
    await Promise.all([refused, unknown]);
    expect(place.clock.elapsed() - begun).toBeLessThanOrEqual(7_100);
    place.channels.thaw();
    await place.clock.drive(second.flush());
    expect(await place.clock.drive(second.get('a'))).toMatchObject({ data: 1, result: 2 });
    expect([await roleOf(first), await roleOf(second)]).toEqual(['owner', 'guest']);
  });

  test('wait for an owner that takes its time, as long as it says that it lives', async () => {
    const [, second] = [await open(1), await open(2)];
    await second.create({ id: 'a', type: 't' });
    const waiting = second.waitFor('a', 'active', { timeout: 25_000 });
    const late = expect(waiting).rejects.toMatchObject({ code: 'JOB_WAIT_TIMEOUT' });
    await place.clock.advance(30_000);
    await late;
  });

  test('keep what was noted for later', async () => {
    const [, second] = [await open(1), await open(2)];
    await second.create({ id: 'a', type: 't' });
    second.updateLater('a', { data: 1 });
    kill(1);
    second.updateLater('a', { result: 2 });
    await place.clock.drive(second.flush());
    expect(await place.clock.drive(second.get('a'))).toMatchObject({ data: 1, result: 2 });
  });

  test('note nothing again that a write has overtaken which was acknowledged', async () => {
    const slow: SharingRequest['openOwner'] = async (...how) => {
      const store = await requestOf(1).openOwner(...how);
      store.flush = () => new Promise(() => undefined);
      return store;
    };
    const [, second] = [await open(1, { openOwner: slow }), await open(2)];
    await second.create({ id: 'a', type: 't' });
    second.updateLater('a', { data: 1, result: 1 });
    const flushed = expect(second.flush()).rejects.toMatchObject({ code: 'STORE_OUTCOME_UNKNOWN' });
    await place.clock.drive(second.update('a', { data: 2 }));
    kill(1);
    await place.clock.drive(flushed);
    await place.clock.drive(second.flush());
    expect(await place.clock.drive(second.get('a'))).toMatchObject({ data: 2, result: 1 });
  });

  // Found by kill -9: the note stayed with a link that was gone before it was taken up.
  test('keep what was noted for later, also where the next owner is gone at once', async () => {
    let isArmed = false;
    const platform = place.platform(3);
    const unlink = async (path: string): Promise<void> => {
      const isWelcome = path.includes('hello-') && isArmed;
      if (isWelcome) isArmed = false;
      if (isWelcome) kill(2);
      await place.clock.turns();
      await platform.files.unlink(path);
    };
    await open(1);
    await open(2);
    const third = await open(3, {
      platform: { ...platform, files: { ...platform.files, unlink } },
    });
    await third.create({ id: 'a', type: 't' });
    isArmed = true;
    kill(1);
    third.updateLater('a', { data: 1 });
    await place.clock.drive(third.flush());
    expect(isArmed, 'it was a guest of the second').toBe(false);
    expect(await place.clock.drive(third.get('a'))).toMatchObject({ data: 1 });
  });

  test('wait for a job across owners', async () => {
    const [, second, third] = [await open(1), await open(2), await open(3)];
    await second.create({ id: 'a', type: 't' });
    const waiting = third.waitFor('a', 'active');
    const late = expect(third.waitFor('a', 'failed', { timeout: 3000 })).rejects.toMatchObject({
      code: 'JOB_WAIT_TIMEOUT',
    });
    await place.clock.turns();
    kill(1);
    await place.clock.drive(second.transition('a', 'active'));
    expect(await place.clock.drive(waiting)).toMatchObject({ status: 'active' });
    await place.clock.advance(3000);
    await late;
  });

  test('hear of every change once, across owners', async () => {
    const [, second, third] = [await open(1), await open(2), await open(3)];
    const heard: JobChange[] = [];
    third.onChange((changes) => {
      heard.push(...changes);
    });
    await place.clock.turns();
    for (const id of ['a', 'b']) await place.clock.drive(second.create({ id, type: 't' }));
    await place.clock.advance(200);
    expect(heard.map(({ id }) => id)).toEqual(['a', 'b']);
    await second.create({ id: 'c', type: 't' });
    // The log has this one, and the owner dies before it tells its guests.
    const job = state.jobs.get('c') ?? null;
    history.set(state.lsn, { id: 'c', lsn: state.lsn, before: null, job });
    kill(1);
    await place.clock.drive(second.create({ id: 'd', type: 't' }));
    await place.clock.advance(1000);
    expect(heard.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('close: nothing more is taken, and the last one leaves the store free', async () => {
    const [first, second] = [await open(1), await open(2)];
    await place.clock.drive(Promise.all([second.close(), first.close()]));
    await expect(second.get('a')).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    expect(await roleOf(await open(3, { mode: 'exclusive' }))).toBe('owner');
  });
});

describe('a store that is held', () => {
  test('is not opened by one who wants it alone', async () => {
    await open(1);
    await expect(open(2, { mode: 'exclusive' })).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringMatching(/process 1 since 2026-01-02T/),
      hint: expect.stringContaining('process 1'),
    });
  });

  test('by an owner that doesn’t answer is said to be locked, after the time given', async () => {
    await open(1);
    place.channels.freeze();
    await expect(open(2)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    place.channels.thaw();
  });

  test('by an owner that takes no guests is locked', async () => {
    await open(1, { mode: 'exclusive' });
    await expect(open(2)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  });

  test('is given free when it can’t be opened', async () => {
    const failing = open(1, {
      openOwner: async () => {
        throw new Error('damaged');
      },
    });
    await expect(failing).rejects.toThrow('damaged');
    expect(await roleOf(await open(2))).toBe('owner');
    expect(place.channels.listening).toHaveLength(1);
  });

  test('on another machine, by all that can be told, is locked with what to look for', async () => {
    await open(1);
    place.processes.hide(1);
    place.channels.freeze();
    await expect(open(2)).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining('may be held by process 1'),
      hint: 'make sure that process 1 is gone, then remove /store/lock-1 and open the store again',
    });
    place.channels.thaw();
  });

  test('only as a copy of the folder that its owner is in, is taken over', async () => {
    const first = await open(1);
    const elsewhere = { ...place.platform(1).files, existsNow: () => false };
    // The owner of the first folder looks there for the guest's proof, and there is none.
    await place.clock.drive(first.close());
    const other = await open(1, { platform: { ...place.platform(1), files: elsewhere } });
    expect(await roleOf(other)).toBe('owner');
    expect(await roleOf(await open(2))).toBe('owner');
  });
});

test('whatever dies when, every acknowledged job is there, and every refused one isn’t', async () => {
  const acknowledged = new Set<string>();
  const unknown = new Set<string>();
  let count = 0;
  let stores = [await open(1), await open(2), await open(3)];
  let pids = [1, 2, 3];
  for (let round = 0; round < 30; round++) {
    const calls = stores.flatMap((store) =>
      Array.from({ length: 4 }, async () => {
        const id = `job-${++count}`;
        try {
          await store.create({ id, type: 't' });
          acknowledged.add(id);
        } catch (error) {
          expect(error).toMatchObject({ code: 'STORE_OUTCOME_UNKNOWN' });
          unknown.add(id);
        }
      }),
    );
    // After so many turns of the event loop the owner dies, or closes.
    await place.clock.turns(round % 5);
    const roles = pids.map((pid) => addresses.has(pid) && !isGone(pid));
    const owner = roles.indexOf(true);
    const pid = pids[owner]!;
    const old = stores[owner]!;
    const own = new Set(calls.slice(owner * 4, owner * 4 + 4));
    if (round % 3 === 2) await place.clock.drive(Promise.all([...own, old.close()]));
    else kill(pid);
    gone.add(pid);
    await place.clock.drive(Promise.all(calls.filter((call) => !own.has(call))));
    const next = 4 + round;
    stores = [...stores.filter((store) => store !== old), await open(next)];
    pids = [...pids.filter((other) => other !== pid), next];
  }
  gone.clear();
  const there = new Set(state.jobs.keys());
  expect([...acknowledged].filter((id) => !there.has(id))).toEqual([]);
  expect([...there].filter((id) => !acknowledged.has(id) && !unknown.has(id))).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(200);
});

const gone = new Set<number>();
const isGone = (pid: number): boolean => gone.has(pid);
