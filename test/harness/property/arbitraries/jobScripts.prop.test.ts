import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JobScript, jobScript } from '../../../../harness/property/arbitraries/jobScript.js';
import { jobScripts } from '../../../../harness/property/arbitraries/jobScripts.js';
import { runJobScript } from '../../../../harness/property/arbitraries/runJobScript.js';
import { modelWorld } from '../../../support/modelWorld.js';
import { storeClock } from '../../../support/storeClock.js';
import { printedCounterexample } from './printedCounterexample.js';

test('every call is drawn, a crash only when asked for', () => {
  const callsOf = (scripts: readonly JobScript[]) =>
    new Set(scripts.flatMap((script) => script.map(([call]) => call)));
  const drawn = callsOf(fc.sample(jobScripts(), { numRuns: 200, seed: 1 }));
  expect(drawn.size).toBe(16);
  expect(drawn).not.toContain('crash');
  const asked = jobScripts({ calls: ['create', 'crash'] });
  expect([...callsOf(fc.sample(asked, { numRuns: 50, seed: 1 }))].sort()).toEqual([
    'crash',
    'create',
  ]);
});

test('scripts keep to the ids, types and lengths asked for', () => {
  const asked = jobScripts({
    ids: ['only'],
    types: ['one'],
    calls: ['create', 'cancel'],
    minSteps: 2,
    maxSteps: 4,
  });
  fc.assert(
    fc.property(asked, (script) => {
      expect(script.length).toBeGreaterThanOrEqual(2);
      expect(script.length).toBeLessThanOrEqual(4);
      for (const step of script) {
        expect(step[1]).toBe('only');
        if (step[0] === 'create') expect(step[2]).toBe('one');
      }
    }),
    { seed: 3 },
  );
});

test('nothing is made together that was not asked for, and never one call alone', () => {
  const sizes = (maxTogether: number) =>
    fc
      .sample(jobScripts({ maxTogether, calls: ['create', 'together'] }), { numRuns: 100, seed: 1 })
      .flatMap((script) => script.flatMap((step) => (step[0] === 'together' ? [step[1]] : [])))
      .map((writes) => {
        expect(writes.every(([call]) => call === 'create')).toBe(true);
        return writes.length;
      });
  expect(new Set(sizes(3))).toEqual(new Set([2, 3]));
  expect(sizes(1)).toEqual([]);
});

test('scripts meet each way in which a store refuses and does', async () => {
  const met = new Set<string>();
  for (const script of fc.sample(jobScripts(), { numRuns: 300, seed: 5 })) {
    const { outcomes } = await runJobScript(script, modelWorld(storeClock()));
    for (const outcome of outcomes) {
      met.add(outcome.kind === 'refused' ? outcome.code : outcome.kind);
    }
  }
  expect([...met].sort()).toEqual([
    'JOB_CONFLICT',
    'JOB_EXISTS',
    'JOB_MISSING',
    'JOB_TRANSITION',
    'done',
  ]);
});

test.each([
  [
    'a job created',
    (script: JobScript) => script.some(([call]) => call === 'create'),
    "jobScript([\n  ['create', 'a', 'mail'],\n])",
  ],
  [
    'a job removed after it was created',
    (script: JobScript) => {
      const created = script.findIndex(([call, id]) => call === 'create' && id === 'b');
      return (
        created >= 0 && script.slice(created).some(([call, id]) => call === 'remove' && id === 'b')
      );
    },
    "jobScript([\n  ['create', 'b', 'mail'],\n  ['remove', 'b'],\n])",
  ],
  [
    'progress told in one turn with an end',
    (script: JobScript) =>
      script.some(
        (step) =>
          step[0] === 'together' &&
          step[1].some(([call, , to]) => call === 'transition' && to === 'completed') &&
          step[1].some((write) => write[0] === 'update' && write[2].progress === 0.5),
      ),
    "jobScript([\n  ['together', [['update', 'a', { progress: 0.5 }], ['transition', 'a', 'completed']]],\n])",
  ],
  [
    'a group with two updates',
    (script: JobScript) =>
      script.some(
        (step) => step[0] === 'group' && step[1].filter(({ kind }) => kind === 'update').length > 1,
      ),
    "jobScript([\n  ['group', [{ kind: 'update', id: 'a', patch: {} }, { kind: 'update', id: 'a', patch: {} }]],\n])",
  ],
])('%s shrinks to what it takes', async (_what, fails, code) => {
  expect(await printedCounterexample(jobScripts({ types: ['mail'] }), fails)).toBe(code);
});

test('what is printed is the script again', () => {
  fc.assert(
    fc.property(jobScripts(), (script) => {
      const evaluate = new Function('jobScript', `return ${fc.stringify(script)}`);
      expect(evaluate(jobScript)).toStrictEqual(script);
    }),
    { seed: 4 },
  );
});

test.each([
  [{ ids: [] }, 'jobScripts: ids is empty'],
  [{ types: [] }, 'jobScripts: types is empty'],
  [{ calls: [] }, 'jobScripts: calls is empty'],
  [{ calls: ['together'], maxTogether: 1 }, 'jobScripts: calls is empty'],
  [{ calls: ['destroy' as 'create'] }, 'jobScripts: calls holds destroy'],
  [{ minSteps: 3, maxSteps: 2 }, 'jobScripts: minSteps 3 and maxSteps 2 leave no length'],
  [{ maxTogether: -1 }, 'jobScripts: maxTogether is -1'],
] as const)('refuses %j', (constraints, message) => {
  expect(() => jobScripts(constraints)).toThrow(
    expect.objectContaining({ code: 'PROPERTY_CONSTRAINT', message }),
  );
});
