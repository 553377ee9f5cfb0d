import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareWithModel } from '../../harness/property/arbitraries/compareWithModel.js';
import type { JobScript, JobStep } from '../../harness/property/arbitraries/jobScript.js';
import { jobScripts } from '../../harness/property/arbitraries/jobScripts.js';
import {
  type JobScriptWorld,
  jobStoreContents,
  runJobScript,
} from '../../harness/property/arbitraries/runJobScript.js';
import { openStore } from '../../src/index.js';
import type { JobStore } from '../../src/jobs/jobStore.js';
import { emptyModelState } from '../support/modelState.js';
import { modelWorld } from '../support/modelWorld.js';
import { storeClock } from '../support/storeClock.js';
import { StoreMachine } from '../support/storeMachine.js';

const dir = '/data/store';

/** Small, so that short scripts meet rotation and checkpoints by themselves. */
const sizes = {
  log: { segmentBytes: 16 * 1024 },
  checkpoint: { logBytes: 16 * 1024 },
  jobLogs: { fileBytes: 4 * 1024 },
  cacheBytes: 4 * 1024,
  flushMs: 200,
} as const;

const writes = [
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
  'reopen',
] as const satisfies readonly JobStep[0][];

/** Time goes on, for those who try again in a while. */
const open = (machine: StoreMachine): Promise<JobStore> =>
  machine.clock.drive(openStore(dir, { ...sizes, platform: machine.process() }));

test('every call answers as the model does, whenever the power fails between two of them', async () => {
  const scripts = jobScripts({
    calls: [...writes, 'backup', 'crash', 'advance'],
    maxSteps: 40,
  });
  await fc.assert(
    fc.asyncProperty(scripts, fc.nat(), async (script, seed) => {
      const clock = storeClock();
      let machine = StoreMachine.fresh(clock);
      const actual: JobScriptWorld = {
        store: await open(machine),
        reopen: () => open(machine),
        crash() {
          machine = machine.after(machine.age, seed);
          return open(machine);
        },
        advance: (ms) => clock.advance(ms),
        backupPath: '/data/backup',
      };
      const model = modelWorld(clock, { flushMs: sizes.flushMs });
      await compareWithModel(script, { actual, model: { ...model, advance: () => undefined } });
    }),
    { numRuns: 60 },
  );
});

/** Where the power fails: how far into what happens, and what is lost of it. */
const cuts = fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), seed: fc.nat() });

test('cut off at any operation, a store shows a prefix with all that was acknowledged', async () => {
  const scripts = jobScripts({ calls: writes, maxSteps: 25 });
  await fc.assert(
    fc.asyncProperty(
      scripts,
      fc.array(fc.tuple(cuts, cuts), { minLength: 4, maxLength: 4 }),
      async (script, crashes) => {
        const states = await statesOf(script);
        const machine = StoreMachine.fresh();
        const told = await runAndNote(script, machine);
        for (const [first, second] of crashes) {
          const age = Math.round(first.share * machine.age);
          const cut = machine.after(age, first.seed);
          const allowed = states.slice(told.acknowledgedAt(age), told.begunAt(age) + 1);
          const shown = await recovered(cut);
          expectOneOf(shown, allowed);
          // The power fails again while the store recovers, or once it has.
          const again = cut.after(Math.round(second.share * cut.age), second.seed);
          expectOneOf(await recovered(again), allowed);
          const whole = cut.after(cut.age, second.seed);
          expect(await recovered(whole)).toEqual(shown);
        }
      },
    ),
    { numRuns: 25 },
  );
});

/** What a model shows before the first call and after each. */
async function statesOf(script: JobScript): Promise<unknown[]> {
  const state = emptyModelState();
  const shown = () => ({ jobs: [...state.jobs.values()], logs: state.logs });
  const states: unknown[] = [shown()];
  await runJobScript(script, {
    ...modelWorld(storeClock(), { state }),
    made: () => states.push(shown()),
  });
  return states;
}

/** Runs a script and tells how many calls had begun, and ended, when the disk was of some age. */
async function runAndNote(script: JobScript, machine: StoreMachine) {
  const begun: number[] = [];
  const ended: { readonly age: number; readonly calls: number }[] = [];
  const calls = script.flatMap((step): readonly JobStep[] =>
    step[0] === 'together' ? step[1] : [step],
  );
  await runJobScript(script, {
    store: await open(machine),
    reopen: () => open(machine),
    begins: () => begun.push(machine.age),
    ended(call) {
      // What is only noted is acknowledged without having been written.
      if (calls[call]![0] !== 'updateLater') ended.push({ age: machine.age, calls: call + 1 });
    },
  });
  return {
    begunAt: (age: number) => begun.filter((since) => since <= age).length,
    acknowledgedAt: (age: number) =>
      Math.max(0, ...ended.filter((end) => end.age <= age).map((end) => end.calls)),
  };
}

/** Opens what a crash left, and looks; what is shown must not depend on a clean end. */
async function recovered(machine: StoreMachine): Promise<unknown> {
  const store = await open(machine);
  const shown = await jobStoreContents(store);
  await machine.clock.drive(store.close());
  return shown;
}

function expectOneOf(shown: unknown, allowed: readonly unknown[]): void {
  if (allowed.some((state) => isDeepStrictEqual(shown, state))) return;
  expect(shown, `none of ${allowed.length} states that are allowed; the last is`).toEqual(
    allowed.at(-1),
  );
}
