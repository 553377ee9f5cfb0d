import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareWithModel } from '../../../../harness/property/arbitraries/compareWithModel.js';
import { jobScript } from '../../../../harness/property/arbitraries/jobScript.js';
import { jobScripts } from '../../../../harness/property/arbitraries/jobScripts.js';
import type { JobStore } from '../../../../src/jobs/jobStore.js';
import { emptyModelState, type ModelState } from '../../../support/modelState.js';
import type { ModelStore } from '../../../support/modelStore.js';
import { modelWorld } from '../../../support/modelWorld.js';
import { type StoreClock, storeClock } from '../../../support/storeClock.js';

const withCrashes = jobScripts({
  calls: [
    'create',
    'update',
    'transition',
    'cancel',
    'remove',
    'group',
    'appendLog',
    'updateLater',
    'flush',
    'prune',
    'together',
    'list',
    'checkpoint',
    'backup',
    'reopen',
    'crash',
    'advance',
  ],
});

/** One clock for both, advanced once. */
function twins(clock: StoreClock) {
  return { actual: modelWorld(clock), model: { ...modelWorld(clock), advance: () => undefined } };
}

test('a right store is found right, whatever is asked of it', async () => {
  await fc.assert(
    fc.asyncProperty(withCrashes, (script) => compareWithModel(script, twins(storeClock()))),
    { seed: 1, numRuns: 200 },
  );
});

type Overrides = (store: ModelStore, state: ModelState) => Partial<JobStore>;

/** Stores that are wrong in one point each. */
const bugs: Readonly<Record<string, Overrides>> = {
  'forgets versions': (store) => ({ update: (id, patch) => store.update(id, patch) }),
  'does half a group': (store) => ({
    async group(steps) {
      const answers = [];
      for (const step of steps) answers.push(...(await store.group([step])));
      return answers;
    },
  }),
  'creates over what is there': (store) => ({
    async create(job) {
      await store.remove(job.id!);
      return await store.create(job);
    },
  }),
  'lists newest first only when nothing limits it': (store) => ({
    list: ({ newest, ...filter } = {}) =>
      store.list(filter.limit === undefined && newest ? { ...filter, newest } : filter),
  }),
  'keeps the logs of removed jobs': (store, state) => ({
    async remove(id, when) {
      const { logs } = state;
      const removed = await store.remove(id, when);
      state.logs = logs;
      return removed;
    },
  }),
  'forgets what it was told to write later': () => ({ updateLater: () => undefined }),
  'takes a late event for a change': (store, state) => ({
    async transition(id, to, details) {
      const before = state.jobs.get(id);
      const job = await store.transition(id, to, details);
      if (job === before) state.jobs.set(id, { ...job, version: job.version + 1 });
      return job;
    },
  }),
  'prunes what is not finished': (store) => ({
    async prune(rule) {
      for (const { id } of await store.list({ status: 'active' })) await store.remove(id);
      return await store.prune(rule);
    },
  }),
};

describe('a store that', () => {
  test.each(Object.entries(bugs))('%s is found out', async (_, override) => {
    const property = fc.asyncProperty(withCrashes, async (script) => {
      const clock = storeClock();
      const { model } = twins(clock);
      const state = emptyModelState();
      const world = modelWorld(clock, { state });
      const wrong = (store: JobStore): JobStore => {
        const right = store as ModelStore;
        const odd = override(right, state);
        return new Proxy(right, {
          get: (target, key) => Reflect.get(key in odd ? odd : target, key) as unknown,
        });
      };
      const actual = {
        ...world,
        store: wrong(world.store),
        reopen: async () => wrong(await world.reopen!()),
        crash: async (store: JobStore) => wrong(await world.crash!(store)),
      };
      await compareWithModel(script, { actual, model });
    });
    const result = await fc.check(property, { seed: 1, numRuns: 1000, endOnFailure: true });
    expect(result.failed).toBe(true);
    expect(result.errorInstance).toMatchObject({ code: 'PROPERTY_DIFFERENCE' });
  });
});

test('a difference names the step and shows both sides', async () => {
  const clock = storeClock();
  const { actual, model } = twins(clock);
  await model.store.create({ id: 'x', type: 'mail', data: 'only here' });
  const script = jobScript([['checkpoint'], ['cancel', 'x']]);
  await expect(compareWithModel(script, { actual, model })).rejects.toMatchObject({
    code: 'PROPERTY_DIFFERENCE',
    message: expect.stringMatching(/step 0 \['checkpoint'\] the jobs[\s\S]*model: .*only here/),
  });
});
