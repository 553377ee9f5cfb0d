import { expect, test } from 'vitest';
import { jobScript } from '../../../../harness/property/arbitraries/jobScript.js';
import {
  jobStoreContents,
  runJobScript,
} from '../../../../harness/property/arbitraries/runJobScript.js';
import type { JobStore } from '../../../../src/jobs/jobStore.js';
import { modelWorld } from '../../../support/modelWorld.js';
import { storeClock } from '../../../support/storeClock.js';

test('notes one outcome per call, refusals by their code', async () => {
  const script = jobScript([
    ['create', 'a', 'mail', 1, 'p'],
    ['create', 'a', 'mail'],
    [
      'together',
      [
        ['update', 'a', { data: 2 }, 'right'],
        ['update', 'a', { data: 3 }, 'right'],
      ],
    ],
    ['update', 'a', { data: 4 }, 'wrong'],
    ['transition', 'b', 'active'],
    [
      'group',
      [
        { kind: 'remove', id: 'a' },
        { kind: 'remove', id: 'a' },
      ],
    ],
    ['updateLater', '..', {}],
  ]);
  const { outcomes, store } = await runJobScript(script, modelWorld(storeClock()));
  expect(outcomes).toMatchObject([
    { kind: 'done', result: { id: 'a', parent: 'p', data: 1 } },
    { kind: 'refused', code: 'JOB_EXISTS' },
    { kind: 'done', result: { version: 2, data: 2 } },
    { kind: 'refused', code: 'JOB_CONFLICT' },
    { kind: 'refused', code: 'JOB_CONFLICT' },
    { kind: 'refused', code: 'JOB_MISSING' },
    { kind: 'done', result: [true, false] },
    { kind: 'refused', code: 'JOB_ID' },
  ]);
  expect(await jobStoreContents(store)).toEqual({ jobs: [], logs: [] });
});

test('tells when each call begins, is made and has ended', async () => {
  const told: string[] = [];
  const script = jobScript([
    ['create', 'a', 'mail'],
    [
      'together',
      [
        ['cancel', 'a'],
        ['appendLog', 'a', 'said'],
      ],
    ],
  ]);
  await runJobScript(script, {
    ...modelWorld(storeClock()),
    begins: (call) => told.push(`begins ${call}`),
    made: (call) => told.push(`made ${call}`),
    ended: (call, { kind }) => told.push(`${kind} ${call}`),
  });
  expect(told).toEqual([
    'begins 0',
    'made 0',
    'done 0',
    'begins 1',
    'made 1',
    'begins 2',
    'made 2',
    'done 1',
    'done 2',
  ]);
});

test('goes on with the store that a crash and a reopening leave', async () => {
  const script = jobScript([
    ['create', 'a', 'mail'],
    ['updateLater', 'a', { progress: 0.5 }],
    ['crash'],
    ['updateLater', 'a', { data: 'kept' }],
    ['reopen'],
  ]);
  const world = modelWorld(storeClock());
  const { store, outcomes } = await runJobScript(script, world);
  expect(store).not.toBe(world.store);
  expect(outcomes.every(({ kind }) => kind === 'done')).toBe(true);
  expect((await jobStoreContents(store)).jobs).toMatchObject([{ progress: null, data: 'kept' }]);
});

test('skips what the world has not', async () => {
  const { store } = modelWorld(storeClock());
  const script = jobScript([['crash'], ['reopen'], ['advance', 1], ['backup'], ['checkpoint']]);
  const { outcomes } = await runJobScript(script, { store });
  expect(outcomes.map(({ kind }) => kind)).toEqual([
    'skipped',
    'skipped',
    'skipped',
    'skipped',
    'done',
  ]);
});

test('throws what no store says by design', async () => {
  const { store } = modelWorld(storeClock());
  const dying = Object.create(store, {
    cancel: { value: () => Promise.reject(new Error('the power is gone')) },
    flush: {
      value: () => {
        throw new TypeError('thrown in the turn itself');
      },
    },
  }) as JobStore;
  const world = { store: dying };
  await expect(runJobScript([['cancel', 'a']], world)).rejects.toThrow('the power is gone');
  await expect(runJobScript([['flush']], world)).rejects.toThrow('thrown in the turn itself');
});
