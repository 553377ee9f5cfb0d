import '../../harness/faults/routing/early.js';

import { writeFile, writeFileSync } from 'atomically';
import { expect, onTestFinished, test } from 'vitest';
import type { Interceptor } from '../../harness/faults/interceptor.js';
import { createClock } from '../../harness/fixtures/clock.js';
import { diskFull, fail } from '../../harness/property/index.js';
import { crashVerdict, type Save } from './crashVerdict.js';
import { faultVerdicts, throughLink, underFaults } from './faultVerdict.js';
import { installedVersion } from './installedVersion.js';

type Options = { fsync?: boolean; fsyncWait?: boolean };
type WithOptions = (options: Options) => Save;

const forms: readonly [string, WithOptions][] = [
  ['by promise', (options) => (path, text) => writeFile(path, text, options)],
  ['synchronously', (options) => (path, text) => writeFileSync(path, text, options)],
];

/** Lets an fsync begin only after its descriptor was closed, as a thread pool may. */
function lateSync(): Interceptor {
  let isClosed: () => void = () => {};
  const closed = new Promise<void>((done) => {
    isClosed = done;
  });
  return {
    sync: (operation, proceed) => {
      const result = proceed();
      if (operation.name === 'close') isClosed();
      return result;
    },
    async: async (operation, proceed) => {
      if (operation.name === 'fsync') await closed;
      const result = await proceed();
      if (operation.name === 'close') isClosed();
      return result;
    },
  };
}

test('the version looked at', () => {
  expect(installedVersion('atomically')).toBe('2.1.1');
});

test.each(forms)('%s, a full disk: a torn file, said to be written', async (_form, saver) => {
  const after = await underFaults(saver({}), [{ on: 'write', effect: diskFull(5) }]);
  expect(after).toMatchObject({ outcome: { kind: 'returned' }, text: 'new v', others: [] });
});

test.each(forms)('%s, after a crash: old or new, whole', async (_form, saver) => {
  expect(await crashVerdict(saver({}), { asks: 'whole' })).toBe('holds');
  expect(await crashVerdict(saver({}), { asks: 'whole', old: null })).toBe('holds');
});

test.each(forms)('%s, what was acknowledged may be gone', async (_form, saver) => {
  const lacks = 'fsync of the directory after rename';
  expect(await crashVerdict(saver({}), { asks: 'lasting' })).toBe(lacks);
  expect(await crashVerdict(saver({}), { asks: 'lasting', model: 'ordered' })).toBe(lacks);
});

test.each(forms)('%s, without fsync: neither old nor new', async (_form, saver) => {
  const lacks = 'fsync of the file after write';
  const save = saver({ fsync: false });
  expect(await crashVerdict(save, { asks: 'whole' })).toBe(lacks);
  expect(await crashVerdict(save, { asks: 'whole', model: 'ordered' })).toBe(lacks);
});

test.each(forms)('%s, an fsync not waited for may come too late', async (_form, saver) => {
  const save = saver({ fsyncWait: false });
  const late = { asks: 'whole', through: lateSync } as const;
  const lacks = 'fsync of the file after write';
  expect(await crashVerdict(save, late)).toBe(lacks);
  expect(await crashVerdict(save, { ...late, model: 'ordered' })).toBe(lacks);
});

test.each(forms)(
  '%s, a link whose target is not found for once: replaced',
  async (_form, saver) => {
    const rules = [{ on: 'realpath', nth: 1, effect: fail('EIO') }] as const;
    const after = await underFaults(saver({}), rules, { setup: throughLink });
    expect(after).toMatchObject({
      outcome: { kind: 'returned' },
      isLink: false,
      text: 'new version',
    });
  },
);

test.each(forms)('%s, each operation failed', async (form, saver) => {
  const { clock, end } = createClock();
  onTestFinished(end);
  // Synchronous retries ask for the time in a loop, which nobody but the real clock ends.
  const isAsync = form === 'by promise';
  if (isAsync) clock.install({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const verdicts = await faultVerdicts(saver({}), { keepsMode: true, clock });
  expect(verdicts).toEqual([
    'realpath EACCES EIO ENOENT: mode 666 instead of 600',
    'stat EACCES EIO ENOENT: mode 666 instead of 600',
    'write shorten(5) diskFull(5): said to be written, torn',
    'close EDQUOT EIO ENOSPC: closedTwice',
  ]);
});
