import { readFile } from 'node:fs/promises';
import { dir } from 'tmp-promise';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dropOldDetails, type Retention } from '../../../harness/history/retention.js';
import type { JobStore } from '../../../src/index.js';
import { fakeFile } from '../../support/fakeExecutor.js';
import { type FakeMachine, fakeMachine } from '../../support/fakeIo.js';
import { at, checkout } from '../../support/huntsAt.js';
import { emptyModelState } from '../../support/modelState.js';
import { modelStore } from '../../support/modelStore.js';
import { storeClock } from '../../support/storeClock.js';
import { watchedStore } from '../../support/watchedStore.js';

const suite = {
  files: [fakeFile('a.test.ts', { wobbles: (run) => (run > 1 ? 'failed' : 'passed') })],
};
const now = Date.UTC(2026, 0, 2, 4);
const keepAll: Retention = { hunts: 10, runs: 1_000, giveUpAfterMs: 3_600_000 * 24 };

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
});
afterEach(() => remove());

const state = () => machine.stores.get(cwd) ?? emptyModelState();
const storeOf = (): JobStore => modelStore({ clock: storeClock(), state: state() });
const ids = (type: string): string[] =>
  [...state().jobs.values()].filter((job) => job.type === type).map(({ id }) => id);

test('of old hunts only their own jobs and summaries stay', async () => {
  for (let hunt = 1; hunt <= 4; hunt++) await repo.hunt(suite, at('a'), '--runs', '3');
  await dropOldDetails(storeOf(), { ...keepAll, hunts: 2 }, now);
  expect(ids('hunt')).toHaveLength(4);
  expect(ids('summary')).toHaveLength(4);
  expect(ids('durations')).toEqual(['hunt-3/durations', 'hunt-4/durations']);
  expect(ids('run').map((id) => id.slice(0, 6))).toEqual([
    ...Array(3).fill('hunt-3'),
    ...Array(3).fill('hunt-4'),
  ]);
});

test('long hunts lose their runs sooner, but not how long their tests took', async () => {
  for (let hunt = 1; hunt <= 3; hunt++) await repo.hunt(suite, at('a'), '--runs', '3');
  await dropOldDetails(storeOf(), { ...keepAll, runs: 5 }, now);
  expect(ids('run')).toEqual(['hunt-3/run/1', 'hunt-3/run/2', 'hunt-3/run/3']);
  expect(ids('durations')).toHaveLength(3);
});

test('a hunt without its details still has its report, but for the times', async () => {
  await repo.hunt(suite, at('a'), '--runs', '3');
  const before = await repo.type({}, 'report', 'hunt-1');
  await dropOldDetails(storeOf(), { ...keepAll, hunts: 0 }, now);
  const after = await repo.type({}, 'report', 'hunt-1');
  expect(after.out).toContain('how long its tests took is no longer kept');
  expect(after.out.replace(/Notices\n\n(.+\n)+\n/, '')).toBe(before.out);
});

test('what is cut off in the middle is done the next time', async () => {
  for (let hunt = 1; hunt <= 3; hunt++) await repo.hunt(suite, at('a'), '--runs', '3');
  const kept = { ...state() };
  for (let fails = 1; ; fails++) {
    Object.assign(state(), kept);
    let failed = false;
    const before = (nth: number): void => {
      failed ||= nth === fails;
      if (failed) throw new Error('cut off');
    };
    const rule = { ...keepAll, hunts: 1 };
    await dropOldDetails(watchedStore(storeOf(), { before }), rule, now).catch(() => undefined);
    await dropOldDetails(storeOf(), rule, now);
    expect(ids('durations'), `write ${fails}`).toEqual(['hunt-3/durations']);
    expect(ids('run'), `write ${fails}`).toHaveLength(3);
    if (!failed) break;
  }
});

test('a hunt that nobody went on with for long is given up, and keeps its report', async () => {
  void repo.hunt({ ...suite, hangsIn: (run) => run === 3 }, at('a'), '--runs', '4');
  while ((state().jobs.get('hunt-1')?.progress ?? 0) < 0.5) await new Promise(setImmediate);
  await dropOldDetails(storeOf(), { ...keepAll, hunts: 0 }, now);
  expect(state().jobs.get('hunt-1')?.status, 'not so soon').toBe('active');
  await dropOldDetails(storeOf(), { ...keepAll, hunts: 0 }, now + keepAll.giveUpAfterMs);
  expect(state().jobs.get('hunt-1')?.status).toBe('cancelled');
  expect(ids('run')).toEqual([]);
  const { out } = await repo.type({}, 'report', 'hunt-1');
  expect(out).toContain('wobbles');
  expect((await repo.type({ pid: 2 }, 'history')).out).toContain('too old to go on');
});

test('of very many tests, how long they took lies in parts, which are read and dropped together', async () => {
  const names = Array.from({ length: 10_001 }, (_, nth) => [`test ${nth}`, 'passed'] as const);
  const many = { files: [fakeFile('a.test.ts', Object.fromEntries(names))] };
  await repo.hunt(many, at('a'), '--runs', '1', '--report', `json=${cwd}/before.json`);
  expect(ids('durations')).toEqual(['hunt-1/durations', 'hunt-1/durations/1']);
  await repo.type({}, 'report', 'hunt-1', '--report', `json=${cwd}/after.json`);
  const [before, after] = await Promise.all(
    ['before', 'after'].map((name) => readFile(`${cwd}/${name}.json`, 'utf8')),
  );
  expect(after === before).toBe(true);
  await dropOldDetails(storeOf(), { ...keepAll, hunts: 0 }, now);
  expect(ids('durations')).toEqual([]);
});

test('a hunt that was cut off is given up however many have begun since', async () => {
  void repo.hunt({ ...suite, hangsIn: (run) => run === 2 }, at('a'), '--runs', '4');
  while ((state().jobs.get('hunt-1')?.progress ?? 0) === 0) await new Promise(setImmediate);
  for (let hunt = 2; hunt <= 103; hunt++) {
    const data = { ...(state().jobs.get('hunt-1')?.data as object) };
    await storeOf().create({ id: `hunt-${hunt}`, type: 'hunt', data });
    await storeOf().transition(`hunt-${hunt}`, 'active');
    await storeOf().transition(`hunt-${hunt}`, 'completed');
  }
  await dropOldDetails(storeOf(), keepAll, now + keepAll.giveUpAfterMs);
  expect(state().jobs.get('hunt-1')?.status).toBe('cancelled');
  expect(ids('run')).toEqual([]);
});
