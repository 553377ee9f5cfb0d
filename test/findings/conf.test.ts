import '../../harness/faults/routing/early.js';

import { dirname } from 'node:path';
import Conf from 'conf';
import { expect, test } from 'vitest';
import { systemFaultClock } from '../../harness/faults/plan/faultClock.js';
import { planInterceptor } from '../../harness/faults/plan/planRun.js';
import { diskFull, fail } from '../../harness/property/index.js';
import { crashVerdict, type Save } from './crashVerdict.js';
import { faultVerdicts, underFaults } from './faultVerdict.js';
import { installedVersion } from './installedVersion.js';

/** One value as the whole text of the file, so that it compares with the other packages. */
function open(path: string, clearInvalidConfig = false): Conf<{ text: string }> {
  return new Conf({
    cwd: dirname(path),
    configName: 'file',
    fileExtension: '',
    clearInvalidConfig,
    serialize: ({ text }) => text,
    deserialize: (text) => ({ text }),
  });
}

const save: Save = (path, text) => open(path).set('text', text);

test('the version looked at, and that of what it writes by', () => {
  expect(installedVersion('conf')).toBe('14.0.0');
  expect(installedVersion('atomically')).toBe('2.1.1');
});

test('a full disk: a torn file, and set() returns', async () => {
  const after = await underFaults(save, [{ on: 'write', effect: diskFull(5) }]);
  expect(after).toMatchObject({ outcome: { kind: 'returned' }, text: 'new v', others: [] });
});

/** A program that saves twice and is started again. */
function programThat(starts: { readonly clearInvalidConfig: boolean }): Save {
  return (path) => {
    const file = { cwd: dirname(path), configName: 'config' };
    const config = new Conf(file);
    config.set('precious', 1);
    config.set('more', 'x'.repeat(100));
    return { ...new Conf({ ...file, ...starts }).store };
  };
}

// The first value fits, with the second it doesn't.
const almostFull = [{ on: 'write', effect: diskFull(60) }] as const;

test('a full disk: the next start of the program is refused', async () => {
  const { outcome } = await underFaults(programThat({ clearInvalidConfig: false }), almostFull);
  expect(outcome).toMatchObject({ kind: 'threw', error: { name: 'SyntaxError' } });
});

test('a full disk: with clearInvalidConfig the next start knows nothing any more', async () => {
  const { outcome } = await underFaults(programThat({ clearInvalidConfig: true }), almostFull);
  expect(outcome).toEqual({ kind: 'returned', value: {} });
});

test('after a crash: old or new, whole', async () => {
  expect(await crashVerdict(save, { asks: 'whole' })).toBe('holds');
  expect(await crashVerdict(save, { asks: 'whole', old: null })).toBe('holds');
});

test('what was acknowledged may be gone', async () => {
  const lacks = 'fsync of the directory after rename';
  expect(await crashVerdict(save, { asks: 'lasting' })).toBe(lacks);
  expect(await crashVerdict(save, { asks: 'lasting', model: 'ordered' })).toBe(lacks);
});

test('where rename answers EXDEV, it writes in place: a crash leaves neither old nor new', async () => {
  const rules = [{ on: 'rename', effect: fail('EXDEV') }] as const;
  const through = () => planInterceptor({ seed: 1, rules }, { clock: systemFaultClock });
  const lacks = 'No sync can help';
  expect(await crashVerdict(save, { asks: 'whole', through })).toBe(lacks);
  expect(await crashVerdict(save, { asks: 'whole', through, model: 'ordered' })).toBe(lacks);
  expect(await crashVerdict(save, { asks: 'lasting', through })).toBe(
    'fsync of the file after write',
  );
});

test('where rename answers EXDEV and the disk is full, the old version is lost', async () => {
  const after = await underFaults(save, [
    { on: 'rename', effect: fail('EXDEV') },
    { on: 'write', effect: diskFull(15) },
  ]);
  expect(after).toMatchObject({ outcome: { kind: 'threw' }, text: 'new ' });
});

test('each operation failed', async () => {
  expect(await faultVerdicts(save, { keepsMode: false })).toEqual([
    'write shorten(5) diskFull(5): said to be written, torn',
    'close EDQUOT EIO ENOSPC: closedTwice',
  ]);
});
