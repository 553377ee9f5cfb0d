import { expect, test } from 'vitest';
import type { JobStore } from '../../../../src/jobs/jobStore.js';
import { openShared } from '../../../../src/store/openShared.js';
import { resolveOptions } from '../../../../src/store/options.js';
import { sharedPlace } from './sharedPlace.js';

/** Opens a store in processes that run on one event loop: the owner first. */
async function crew(count: number) {
  const place = sharedPlace();
  const settings = resolveOptions({ log: { commit: 'now' } });
  const stores: JobStore[] = [];
  for (let pid = 1; pid <= count; pid++) {
    stores.push(await place.clock.drive(openShared(place.platform(pid), place.dir, settings)));
  }
  return { place, stores };
}

/** Lets writers update jobs of their own, each as soon as its last update is durable; counts those of each process. */
async function write(stores: readonly JobStore[], writers: number, commits: number) {
  const owner = stores[0]!;
  const updates = stores.map(() => 0);
  let isOver = false;
  const writer = async (store: JobStore, at: number, id: string): Promise<void> => {
    await store.create({ id, type: 't' });
    while (!isOver) {
      await store.update(id, { data: updates[at]! });
      updates[at]!++;
    }
  };
  const all = stores.flatMap((store, at) =>
    Array.from({ length: writers }, (_, n) => writer(store, at, `${at}-${n}`)),
  );
  const begun = (await owner.health()).counters.commits;
  let made = 0;
  while (made < commits) {
    await new Promise((done) => setImmediate(done));
    made = (await owner.health()).counters.commits - begun;
  }
  isOver = true;
  await Promise.all(all);
  return { updates, made };
}

test.each([
  [2, 1],
  [2, 16],
  [4, 1],
  [4, 5],
])('%i processes with %i writers each write equally often', async (count, writers) => {
  const { place, stores } = await crew(count);
  const { updates, made } = await write(stores, writers, 200);
  const total = updates.reduce((sum, own) => sum + own, 0);
  // The first commits, before anybody is known to go on, and the last.
  const uneven = 10 * writers;
  for (const own of updates) expect(Math.abs(own - total / count)).toBeLessThan(uneven);
  // Everybody writes in each commit.
  expect(total).toBeGreaterThan((made - 10) * count * writers);
  await place.clock.drive(Promise.all([...stores].reverse().map((store) => store.close())));
});

test('a guest that waits between its writes holds up nobody', async () => {
  const { place, stores } = await crew(2);
  const [owner, guest] = stores as [JobStore, JobStore];
  let isOver = false;
  let slow = 0;
  const slowly = async (): Promise<void> => {
    await guest.create({ id: 'slow', type: 't' });
    while (!isOver) {
      await guest.update('slow', { data: ++slow });
      for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
    }
  };
  const writing = slowly();
  const { updates } = await write([owner], 1, 200);
  isOver = true;
  await writing;
  expect(slow).toBeGreaterThan(2);
  expect(updates[0]).toBeGreaterThan(3 * slow);
  await place.clock.drive(Promise.all([guest.close(), owner.close()]));
});
