import { expect, test } from 'vitest';
import { checkStore, openStore } from '../../../src/index.js';
import type { Job } from '../../../src/jobs/job.js';
import type { JobFilter, JobStore } from '../../../src/jobs/jobStore.js';
import { storeClock } from '../../support/storeClock.js';
import { StoreMachine } from '../../support/storeMachine.js';

const dir = '/data/store';
const parents = ['p0', 'p1', 'pü', 'nobody'];

function world() {
  const clock = storeClock();
  const machine = StoreMachine.fresh(clock);
  const platform = machine.process();
  const say = <T>(answer: Promise<T>): Promise<T> => clock.drive(answer);
  // Without a cache nothing of the table is kept ready.
  const open = (): Promise<JobStore> =>
    say(
      openStore(dir, {
        log: { segmentBytes: 16_384, commit: 'now' },
        mode: 'exclusive',
        cacheBytes: 0,
        platform,
      }),
    );
  return { machine, platform, say, open };
}

const filters: readonly Omit<JobFilter, 'parent'>[] = [
  {},
  { newest: true },
  { limit: 2 },
  { newest: true, limit: 3 },
  { status: 'active' },
  { status: ['queued', 'completed'], type: 'run' },
  { type: 'other', newest: true },
  { after: 'j7' },
  { after: 'j12', newest: true, limit: 1 },
];

/** What the filter means, by looking at every job. */
function expected(jobs: readonly Job[], { parent, status, type, after, newest, limit }: JobFilter) {
  const ordered = newest === true ? jobs.toReversed() : [...jobs];
  const from = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  const statuses = status === undefined ? undefined : [status].flat();
  return ordered
    .slice(from)
    .filter(
      (job) =>
        job.parent === parent &&
        (type === undefined || job.type === type) &&
        (statuses === undefined || statuses.includes(job.status)),
    )
    .slice(0, limit)
    .map(({ id }) => id);
}

async function compare(store: JobStore): Promise<void> {
  const jobs = await store.list();
  for (const parent of parents) {
    for (const filter of filters) {
      const found = await store.list({ ...filter, parent });
      const what = JSON.stringify({ ...filter, parent });
      expect(
        found.map(({ id }) => id),
        what,
      ).toEqual(expected(jobs, { ...filter, parent }));
    }
  }
}

test('the jobs of a parent are those a look at every job finds, wherever they are', async () => {
  const { say, open, platform } = world();
  let store = await open();
  let count = 0;
  const add = async (howMany: number): Promise<void> => {
    for (let left = howMany; left > 0; left--) {
      const number = count++;
      const parent = [undefined, 'p0', 'p1', 'p0', 'pü'][number % 5];
      const job = { id: `j${number}`, type: number % 3 === 0 ? 'other' : 'run' };
      await say(store.create(parent === undefined ? job : { ...job, parent }));
      if (number % 4 === 1) await say(store.transition(job.id, 'active'));
    }
  };
  await add(15);
  await compare(store);
  await say(store.checkpoint());
  await compare(store);
  await add(10);
  await say(store.transition('j1', 'completed'));
  await say(store.remove('j3'));
  await say(store.remove('j16'));
  await say(store.create({ id: 'j3', type: 'run', parent: 'p1' }));
  await compare(store);
  await say(store.close());
  store = await open();
  // Replayed, and not yet read.
  await compare(store);
  await add(5);
  await compare(store);
  await say(store.checkpoint());
  await compare(store);
  await add(5);
  await compare(store);
  await say(store.close());
  expect((await say(checkStore(dir, { platform }))).findings).toEqual([]);
});

test('a look at the jobs of a parent reads none of the others', async () => {
  const { say, open, machine } = world();
  const store = await open();
  const fill = async (parent: string): Promise<void> => {
    for (let number = 0; number < 10; number++) {
      await say(
        store.create({ id: `${parent}-${number}`, type: 'run', parent, data: 'x'.repeat(4000) }),
      );
    }
  };
  for (const parent of ['a', 'b', 'c']) await fill(parent);
  await say(store.checkpoint());
  await say(store.close());
  const name = (machine.fs.readdirSync(dir) as string[]).find((one) => /^jobs-/.test(one));
  const path = `${dir}/${name}`;
  const bytes = machine.fs.readFileSync(path);
  bytes[bytes.indexOf('c-9')]! ^= 1;
  machine.fs.writeFileSync(path, bytes);
  const again = await open();
  expect(await again.list({ parent: 'a' })).toHaveLength(10);
  await expect(again.list({ parent: 'c' })).rejects.toMatchObject({ code: 'CHECKPOINT_CORRUPT' });
  await say(again.close());
});
