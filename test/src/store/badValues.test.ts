import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dir as temporaryFolder } from 'tmp-promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FlakehoundError } from '../../../src/errors.js';
import { openStore } from '../../../src/openStore.js';
import type { StoreOptions } from '../../../src/store/options.js';
import { hasty } from './realStores.js';

let root = '';
let dir = '';
let remove: () => Promise<void>;
beforeEach(async () => {
  const folder = await temporaryFolder({ unsafeCleanup: true });
  root = folder.path;
  dir = join(root, 'store');
  remove = folder.cleanup;
});
afterEach(() => remove());

describe('values', () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;

  test.each([
    ['a BigInt', 1n],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a cycle', cycle],
    ['a number that is none', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a Map', new Map([[1, 2]])],
    [
      'a getter that throws',
      Object.defineProperty({}, 'x', { enumerable: true, get: () => cycle.no!.toString() }),
    ],
  ])('%s is refused, and the store goes on', async (_, value) => {
    const store = await openStore(dir, hasty);
    const data = value as never;
    await expect(store.create({ type: 'probe', data })).rejects.toMatchObject({
      code: 'JOB_VALUE',
      hint: expect.any(String),
    });
    await store.create({ id: 'a', type: 'probe' });
    await expect(store.update('a', { result: { deep: [data] } as never })).rejects.toMatchObject({
      code: 'JOB_VALUE',
    });
    expect(await store.count()).toBe(1);
    await store.close();
  });

  test('a result of 100 MB is refused with what would help, and the store goes on', async () => {
    const store = await openStore(dir, hasty);
    await store.create({ id: 'a', type: 'probe' });
    const result = 'x'.repeat(100 * 1024 * 1024);
    const refused = store.update('a', { result });
    await expect(refused).rejects.toMatchObject({
      code: 'JOB_TOO_LARGE',
      hint: expect.stringContaining('recordBytes'),
    });
    expect(await store.update('a', { result: 'small' })).toMatchObject({ version: 2 });
    await store.close();
  });

  test.each([
    '..',
    '.',
    '../a',
    'a/../b',
    'a/..',
    'a\0b',
    '\0',
    'a\nb',
    '',
    'x'.repeat(257),
    'a\ud800',
  ])('the id %j is refused by every call, and leads nowhere', async (id) => {
    const store = await openStore(dir, hasty);
    const calls = [
      store.create({ id, type: 'probe' }),
      store.create({ type: 'probe', parent: id }),
      store.update(id, { progress: 1 }),
      store.transition(id, 'active'),
      store.cancel(id),
      store.remove(id),
      store.appendLog(id, { message: 'x' }),
      store.list({ after: id }),
      store.group([{ kind: 'create', id, type: 'probe' }]),
    ];
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({ code: 'JOB_ID', hint: expect.any(String) });
    }
    expect(() => store.updateLater(id, { progress: 1 })).toThrow(FlakehoundError);
    expect(await store.get(id)).toBeUndefined();
    expect(await store.count()).toBe(0);
    await store.close();
    expect(await readdir(root)).toEqual(['store']);
  });

  test.each([
    [{ mode: 'sharedd' }],
    [{ missing: 'make' }],
    [{ log: { segmentBytes: 10 } }],
    [{ retry: { attempts: 0 } }],
    [{ retry: { jitter: 2 } }],
    [{ cacheBytes: Number.NaN }],
  ])('the options %j are refused before anything is touched', async (options) => {
    await expect(openStore(dir, options as StoreOptions)).rejects.toMatchObject({
      code: 'STORE_OPTION',
    });
    expect(await readdir(root)).toEqual([]);
  });
});
