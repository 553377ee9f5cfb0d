import { dir } from 'tmp-promise';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeMachine, fakeMachine } from '../../../support/fakeIo.js';
import { checkout } from '../../../support/huntsAt.js';

let cwd = '';
let remove: () => Promise<void>;
let machine: FakeMachine;
let repo: ReturnType<typeof checkout>;
beforeEach(async () => {
  const folder = await dir({ unsafeCleanup: true });
  cwd = folder.path;
  remove = folder.cleanup;
  machine = fakeMachine();
  repo = checkout(cwd, machine);
  await repo.type({}, 'hunt', '--runs', '2');
});
afterEach(() => remove());

const store = (...argv: string[]) => repo.type({}, 'store', ...argv);

test('stats say how the store of the hunts under a root is', async () => {
  const { code, out } = await store('stats', '.');
  expect(code).toBe(0);
  expect(out).toMatch(/^status +healthy$/m);
  expect(out).toMatch(/^jobs +6: 3 queued, 0 active, 3 completed/m);
  expect(JSON.parse((await store('stats', '.', '--json')).out)).toMatchObject({
    status: 'healthy',
    jobs: { completed: 3 },
    events: [],
  });
});

test('a store is named by its own folder too', async () => {
  const state = machine.stores.get(cwd);
  if (state === undefined) throw new Error('no store');
  machine.stores.clear();
  machine.stores.set('/elsewhere', state);
  expect((await store('stats', '/elsewhere')).out).toMatch(/^jobs +6/m);
});

test('export prints every job and log entry as a line of JSON', async () => {
  await repo.type({}, 'hunt', '--runs', '1');
  const lines = (await store('export', '.')).out.trimEnd().split('\n');
  const jobs = lines.flatMap((line) => {
    const { job } = JSON.parse(line) as { job?: { id: string } };
    return job === undefined ? [] : [job.id];
  });
  expect(jobs).toEqual([...(machine.stores.get(cwd)?.jobs.keys() ?? [])]);
});

test.each([
  ['stats nowhere', 3, 'holds no store'],
  ['destroy .', 2, 'stats, backup, export, compact'],
  ['stats', 2, "missing required argument 'dir'"],
  ['backup .', 2, 'store backup . FILE'],
  ['stats . a.txt', 2, 'drop a.txt'],
])('store %s', async (line, expected, named) => {
  const { code, err, out } = await store(...line.split(' '));
  expect([code, out]).toEqual([expected, '']);
  expect(err).toContain(named);
});
