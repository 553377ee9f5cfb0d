import type fc from 'fast-check';
import { Volume } from 'memfs';
import { expect, test } from 'vitest';
import { fail } from '../../../../harness/faults/plan/effects.js';
import { systemFaultClock } from '../../../../harness/faults/plan/faultClock.js';
import { planInterceptor } from '../../../../harness/faults/plan/planRun.js';
import {
  interleaving,
  interleavings,
} from '../../../../harness/property/arbitraries/interleavings.js';
import { scheduledFileSystem } from '../../../../harness/property/arbitraries/scheduledFileSystem.js';
import { printedCounterexample } from './printedCounterexample.js';

type Fs = typeof import('node:fs');

/** The classic lost update: read, add, write, with nothing to keep others out. */
async function increment(fs: Fs): Promise<void> {
  const count = Number(await fs.promises.readFile('/d/count', 'utf8'));
  await fs.promises.writeFile('/d/count', String(count + 1));
}

async function twoIncrements(scheduler: fc.Scheduler): Promise<string> {
  const volume = Volume.fromJSON({ '/d/count': '0' });
  const fs = scheduledFileSystem(scheduler, volume);
  await scheduler.waitFor(Promise.all([increment(fs), increment(fs)]));
  return String(volume.readFileSync('/d/count', 'utf8'));
}

test('operations of two callers come in the order decided', async () => {
  const volume = Volume.fromJSON({ '/d/a': '' });
  const scheduler = interleaving([1]);
  const fs = scheduledFileSystem(scheduler, volume);
  await scheduler.waitFor(
    Promise.all([fs.promises.rename('/d/a', '/d/b'), fs.promises.access('/d/a')]),
  );
  expect(scheduler.report().map(({ label }) => label)).toEqual([
    'access(/d/a)',
    'rename(/d/a → /d/b)',
  ]);
});

test('a caller by callback may do all of its work before another goes on', async () => {
  const scheduler = interleaving([0, 1, 1]);
  const fs = scheduledFileSystem(scheduler, Volume.fromJSON({ '/d/a': '' }));
  const access = (name: string) =>
    new Promise<void>((done) => {
      fs.access('/d/a', () => fs.stat('/d/a', () => fs.open(name, 'w', () => done())));
    });
  await scheduler.waitFor(Promise.all([access('/d/first'), access('/d/second')]));
  const calls = scheduler.report().map(({ label }) => label);
  expect(calls.indexOf('open(/d/first)')).toBe(2);
});

test('a write of several primitives lets others come between', async () => {
  const scheduler = interleaving([]);
  const fs = scheduledFileSystem(scheduler, Volume.fromJSON({ '/d/x': '' }));
  await scheduler.waitFor(
    Promise.all([fs.promises.writeFile('/d/a', 'x'), fs.promises.writeFile('/d/b', 'y')]),
  );
  const calls = scheduler.report().map(({ label }) => label);
  expect(calls.indexOf('open(/d/b)')).toBeLessThan(calls.indexOf('close(/d/a)'));
});

test('a lost update is found and shrinks to a readable order', async () => {
  const isLost = async (scheduler: fc.Scheduler): Promise<boolean> =>
    (await twoIncrements(scheduler)) !== '2';
  const printed = await printedCounterexample(interleavings(), isLost);
  expect(printed.split('\n')[0]).toBe('interleaving([])');
  expect(printed).toContain('// resolved: open(/d/count)');
});

test('synchronous calls and errors pass as they are', async () => {
  const scheduler = interleaving([]);
  const fs = scheduledFileSystem(scheduler, Volume.fromJSON({ '/d/a': 'x' }));
  expect(fs.readFileSync('/d/a', 'utf8')).toBe('x');
  await expect(scheduler.waitFor(fs.promises.unlink('/d/b'))).rejects.toThrow(
    expect.objectContaining({ code: 'ENOENT' }),
  );
});

test('a fault plan may stand below', async () => {
  const scheduler = interleaving([]);
  const plan = { seed: 1, rules: [{ on: 'unlink', effect: fail('EBUSY') }] } as const;
  const fs = scheduledFileSystem(
    scheduler,
    Volume.fromJSON({ '/d/a': 'x' }),
    planInterceptor(plan, { clock: systemFaultClock }),
  );
  await expect(scheduler.waitFor(fs.promises.unlink('/d/a'))).rejects.toThrow(
    expect.objectContaining({ code: 'EBUSY' }),
  );
});
