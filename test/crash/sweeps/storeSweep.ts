import { expect } from 'vitest';
import {
  type SweepOptions,
  type SweepReport,
  type SweepWorld,
  sweepFaults,
} from '../../../harness/property/index.js';
import { readBackup } from '../../../src/engine/files/readBackup.js';
import { openStore } from '../../../src/index.js';
import type { JobStore } from '../../../src/jobs/jobStore.js';
import type { StoreOptions } from '../../../src/store/options.js';
import { filePlatform } from '../../support/memoryFiles.js';
import { storeClock } from '../../support/storeClock.js';
import { clockOf, SweepMachine } from './sweepPlatform.js';
import { expectJob, expectTyped, type Outcome, possible, Told } from './told.js';

/** Which part of all faults a sweep tries, and on what store. */
export type StoreSweep = Pick<
  SweepOptions,
  'maxRuns' | 'seed' | 'errnos' | 'effects' | 'lasting' | 'only' | 'depth' | 'onRun'
> & { readonly commit: 'now' | 'background' };

const optionsOf = ({ commit }: StoreSweep): StoreOptions => ({
  log: { segmentBytes: 4096, commit },
  checkpoint: { logBytes: 1 << 20 },
  jobLogs: { fileBytes: 512, files: 4 },
  retry: { attempts: 2 },
  breaker: { failures: 2, coolDownMs: 50 },
  flushMs: 1000,
  cacheBytes: 0,
});

const progress = [0.25, 0.5, 0.75] as const;
const messages = ['one', 'two', 'three', 'four'] as const;
const type = 'test';

/** What runs with faults: every kind of call that a store makes to its files. */
async function useStore(
  { fs, dir, clock }: SweepWorld,
  told: Told,
  { machine, how }: { readonly machine: SweepMachine; readonly how: StoreSweep },
): Promise<void> {
  const open = async (): Promise<JobStore | undefined> => {
    const platform = machine.process(fs, clockOf(clock));
    return await openStore(`${dir}/store`, { ...optionsOf(how), platform }).catch(
      (error: unknown) => {
        expectTyped(error);
        return undefined;
      },
    );
  };
  const close = (store: JobStore): Promise<void> => store.close().catch(expectTyped);
  const update = (store: JobStore, at: number) =>
    told.write(`update ${at}`, () => store.update('a', { progress: progress[at]! }));
  const log = (store: JobStore, at: number) =>
    told.write(`log ${at}`, () => store.appendLog('a', { level: 'info', message: messages[at]! }));

  const store = await open();
  if (store !== undefined) {
    const create = (id: string) => told.write(id, () => store.create({ id, type }));
    await Promise.all([create('a'), create('b')]);
    await log(store, 0);
    await update(store, 0);
    await told.write('checkpoint', () => store.checkpoint());
    await Promise.all([update(store, 1), create('c')]);
    await told.write('group', () =>
      store.group([
        { kind: 'create', id: 'g', type },
        { kind: 'log', id: 'g', level: 'info', message: 'of the group' },
        { kind: 'create', id: 'h', type },
      ]),
    );
    await told.read(() => store.list());
    await told.write('remove', () => store.remove('b'));
    await log(store, 1);
    await told.write('checkpoint', () => store.checkpoint());
    store.updateLater('c', { progress: 0.5 });
    await told.write('flush', () => store.flush());
    await told.write('backup', () => store.backup(`${dir}/backup`));
    await log(store, 2);
    await told.read(() => store.get('a'));
    await told.read(() => store.logs('a'));
    await close(store);
  }
  const again = await open();
  if (again === undefined) return;
  await told.read(() => again.list());
  await update(again, 2);
  await log(again, 3);
  await told.write('d', () => again.create({ id: 'd', type }));
  await told.write('checkpoint', () => again.checkpoint());
  await close(again);
}

/** That a store, opened without faults, is what the callers were told. */
async function expectTruth(store: JobStore, told: Told): Promise<void> {
  for (const id of ['a', 'c', 'd']) await expectJob(store, id, told.of(id));
  const b = possible(false, [
    [told.of('b'), true],
    [told.of('remove'), false],
  ]);
  expect(b).toContain((await store.get('b')) !== undefined);

  const a = await store.get('a');
  const updates = progress.map((value, at) => [told.of(`update ${at}`), value] as const);
  if (a !== undefined) expect(possible<number | null>(null, updates)).toContain(a.progress);
  // A flush that failed may have left a recovery file, which this open has merged.
  const c = await store.get('c');
  if (told.of('flush') === 'acknowledged' && c !== undefined) expect(c.progress).toBe(0.5);

  const logs = await store.logs('a');
  expectMessages(
    logs.map(({ message }) => message),
    messages.map((_, at) => told.of(`log ${at}`)),
  );
  expect(logs.map(({ number }) => number)).toEqual(logs.map((_, at) => at + 1));

  await expectJob(store, 'g', told.of('group'));
  const together = [await store.get('g'), await store.get('h'), (await store.logs('g'))[0]];
  expect(new Set(together.map((part) => part !== undefined)).size, 'a group is whole').toBe(1);
}

function expectMessages(
  shown: readonly string[],
  outcomes: readonly (Outcome | undefined)[],
): void {
  messages.forEach((message, at) => {
    if (outcomes[at] === 'acknowledged') expect(shown).toContain(message);
    if (outcomes[at] === 'absent' || outcomes[at] === undefined) {
      expect(shown).not.toContain(message);
    }
  });
  expect(shown).toEqual(messages.filter((message) => shown.includes(message)));
}

/**
 * Uses a store while each of its calls fails in turn, in each way that it may, and judges what is
 * there without the fault: what was acknowledged is, what was rejected isn't, what is unknown may
 * be; the store takes writes again; a log that takes none leaves the reads working.
 */
export async function sweepStore(how: StoreSweep): Promise<SweepReport> {
  const { commit: _, ...options } = how;
  let told = new Told();
  let machine = new SweepMachine();
  return await sweepFaults(
    async (world) => {
      told = new Told();
      machine = new SweepMachine();
      await useStore(world, told, { machine, how });
    },
    {
      ...options,
      async invariant({ fs, dir, outcome, fault }) {
        if (outcome.kind === 'threw') throw outcome.error;
        const touchesReads = /^(\*|open|read|fstat|stat|close|access|readdir)$/.test(
          String(fault?.on ?? ''),
        );
        if (!touchesReads) expect(told.failedReads).toEqual([]);
        const clock = storeClock();
        const open = () =>
          clock.drive(
            openStore(`${dir}/store`, {
              ...optionsOf(how),
              platform: machine.process(fs, clock),
            }),
          );
        const first = await open();
        await expectTruth(first, told);
        await clock.drive(first.create({ id: 'after', type }));
        await clock.drive(first.close());
        const second = await open();
        await expectTruth(second, told);
        expect(await second.get('after')).toBeDefined();
        await clock.drive(second.close());
        const names = fs.readdirSync(`${dir}/store`).map(String);
        expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
        await expectBackup(fs, `${dir}/backup`, told.of('backup'));
      },
    },
  );
}

async function expectBackup(
  fs: SweepWorld['fs'],
  path: string,
  told: Outcome | undefined,
): Promise<void> {
  if (!fs.existsSync(path)) {
    expect(told, 'a backup was acknowledged').not.toBe('acknowledged');
    return;
  }
  const whole = await readBackup(filePlatform(fs), path, { pace: { turn: () => undefined } });
  expect(whole.records).toBeGreaterThan(0);
}
