import { join } from 'node:path';
import { dir as temporaryFolder } from 'tmp-promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JobStore } from '../../../src/jobs/jobStore.js';
import { openStore } from '../../../src/openStore.js';

// What no compiler lets through, and plain JavaScript does.
const nothing = undefined as never;

describe.each(['owner', 'guest'])('given to the %s', (role) => {
  let stores: JobStore[];
  let store: JobStore;
  let remove: () => Promise<void>;
  let root: string;
  beforeEach(async () => {
    const folder = await temporaryFolder({ unsafeCleanup: true });
    remove = folder.cleanup;
    root = folder.path;
    const dir = join(root, 'store');
    stores = [await openStore(dir)];
    await stores[0]!.create({ id: 'a', type: 'probe' });
    if (role === 'guest') stores.push(await openStore(dir));
    store = stores.at(-1)!;
    expect((await store.health()).role).toBe(role);
  });
  afterEach(async () => {
    for (const one of stores.toReversed()) await one.close();
    await remove();
  });

  test.each<[string, (store: JobStore) => unknown, string]>([
    ['a job', (s) => s.create(nothing), 'the new job is undefined'],
    ['a job that is null', (s) => s.create(null as never), 'the new job is null'],
    ['a patch', (s) => s.update('a', nothing), 'the patch is undefined'],
    ['a patch to be noted', (s) => s.updateLater('a', nothing), 'the patch is undefined'],
    ['a status', (s) => s.transition('a', nothing), 'status'],
    ['details', (s) => s.transition('a', 'active', null as never), 'the transition is null'],
    ['steps', (s) => s.group(nothing), 'the steps are undefined'],
    ['steps that are none', (s) => s.group([7 as never]), 'a step is 7'],
    ['a log entry', (s) => s.appendLog('a', nothing), 'the log entry is undefined'],
    ['a filter', (s) => s.list('active' as never), 'the filter is "active"'],
    ['a filter of a count', (s) => s.count(null as never), 'the filter is null'],
    ['a limit of entries', (s) => s.logs('a', { limit: 'x' as never }), 'limit "x"'],
    ['a limit of newest entries', (s) => s.recentLogs(-1), 'limit -1'],
    ['a rule', (s) => s.prune(nothing), 'the rule is'],
    ['a listener', (s) => s.onChange(nothing), 'the listener is undefined'],
  ])('%s that is missing or of another kind is named', async (_, act, problem) => {
    const call = async (): Promise<unknown> => await act(store);
    await expect(call()).rejects.toMatchObject({
      code: 'JOB_VALUE',
      message: expect.stringContaining(problem),
      hint: expect.any(String),
    });
    expect(await store.get('a')).toMatchObject({ version: 1 });
  });

  test.each([nothing, null as never, 7 as never])('no job has the id %s', async (id) => {
    await expect(store.get(id)).rejects.toMatchObject({ code: 'JOB_ID' });
  });

  test('all entries may be asked for', async () => {
    await store.appendLog('a', { message: 'one' });
    expect(await store.recentLogs(Number.POSITIVE_INFINITY)).toHaveLength(1);
    expect(await store.logs('a', { limit: Number.POSITIVE_INFINITY })).toHaveLength(1);
  });

  test('a backup goes into a file', async () => {
    const folder = store.backup(root);
    await expect(folder).rejects.toMatchObject({ code: 'BACKUP_FAILED', hint: /folder/ });
    await expect(store.backup(nothing)).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
  });
});

test.each<[unknown, string]>([
  [null, 'options is null'],
  [{ mod: 'shared' }, 'there is no option mod'],
  [{ log: { commits: 'now' } }, 'there is no option log.commits'],
  [{ log: 'now' }, 'log is now; expected an object'],
])('options %j are refused', async (options, problem) => {
  await expect(openStore('/nowhere/at/all', options as never)).rejects.toMatchObject({
    code: 'STORE_OPTION',
    message: expect.stringContaining(problem),
  });
});
