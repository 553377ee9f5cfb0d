import { expect, test } from 'vitest';
import { openStore } from '../../src/index.js';
import type { JobStore } from '../../src/jobs/jobStore.js';
import type { Platform } from '../../src/ports/platform.js';
import { StoreMachine } from '../support/storeMachine.js';
import { brittle, logIsBroken, type Trouble } from './brittleFiles.js';

const dir = '/data/store';

function open(machine: StoreMachine, platform: Platform = machine.process()): Promise<JobStore> {
  const options = { log: { segmentBytes: 4096 }, flushMs: 1000, retry: { attempts: 2 }, platform };
  return machine.clock.drive(openStore(dir, options));
}

async function openBrittle(machine: StoreMachine) {
  const trouble: Trouble = { fails: () => undefined };
  const store = await open(machine, brittle(machine.process(), trouble));
  return { store, trouble };
}

const recoveryFiles = (machine: StoreMachine): string[] =>
  [dir, '/data'].flatMap((folder) =>
    machine.fs
      .readdirSync(folder)
      .map((name) => `${folder}/${String(name)}`)
      .filter((path) => path.includes('/recovery-') && !path.endsWith('.tmp')),
  );

/** A store that could not write what was noted of job `a`, and left it in a recovery file. */
async function withRecoveryFile() {
  const machine = StoreMachine.fresh();
  const { clock } = machine;
  const { store, trouble } = await openBrittle(machine);
  await clock.drive(store.create({ id: 'a', type: 'test' }));
  trouble.fails = (call, path) =>
    path.includes('/recovery-') ? undefined : logIsBroken(call, path);
  store.updateLater('a', { progress: 0.5 });
  await expect(clock.drive(store.flush())).rejects.toThrow();
  expect(recoveryFiles(machine)).toHaveLength(1);
  return { machine, store, trouble };
}

/** The job as it must be: changed once, and nothing left out. */
async function expectMergedOnce(machine: StoreMachine): Promise<void> {
  const store = await open(machine);
  expect(await store.get('a')).toMatchObject({ progress: 0.5, version: 2 });
  expect((await store.health()).recovery.notes).toEqual([]);
}

test('what could not be written is merged once, wherever the power fails in the open that merges', async () => {
  const { machine } = await withRecoveryFile();
  const after = machine.after(machine.age, 0);
  await open(after);
  expect(recoveryFiles(after)).toEqual([]);
  for (let cut = 0; cut <= after.age; cut++) {
    for (const seed of [0, 1, 2]) await expectMergedOnce(after.after(cut, seed));
  }
});

test('what could not be written is merged once, though the file can’t be removed for a long time', async () => {
  const { machine } = await withRecoveryFile();
  const second = machine.after(machine.age, 0);
  const { store, trouble } = await (async () => {
    const trouble: Trouble = {
      fails: (call, path) =>
        call === 'unlink' && path.includes('/recovery-') ? 'EACCES' : undefined,
    };
    return { store: await open(second, brittle(second.process(), trouble)), trouble };
  })();
  expect(recoveryFiles(second)).toHaveLength(1);
  for (const id of ['b', 'c', 'd']) {
    await second.clock.drive(store.create({ id, type: 'test' }));
    await second.clock.drive(store.checkpoint());
  }
  trouble.fails = () => undefined;
  await expectMergedOnce(second.after(second.age, 0));
});

test('what a later flush wrote is not merged, though the file can’t be removed', async () => {
  const { machine, store, trouble } = await withRecoveryFile();
  trouble.fails = (call, path) =>
    call === 'unlink' && path.includes('/recovery-') ? 'EACCES' : undefined;
  await machine.clock.advance(5_000);
  await machine.clock.drive(store.flush());
  expect(await store.get('a')).toMatchObject({ progress: 0.5, version: 2 });
  expect(recoveryFiles(machine)).toHaveLength(1);
  await expectMergedOnce(machine.after(machine.age, 0));
});
