import { expect, test } from 'vitest';
import writeFileAtomic from 'write-file-atomic';
import { diskFull, fail } from '../../harness/property/index.js';
import { crashVerdict, type Save } from './crashVerdict.js';
import { faultVerdicts, throughLink, underFaults } from './faultVerdict.js';
import { installedVersion } from './installedVersion.js';

const forms: readonly [string, Save, Save][] = [
  [
    'by promise',
    (path, text) => writeFileAtomic(path, text),
    (path, text) => writeFileAtomic(path, text, { fsync: false }),
  ],
  [
    'synchronously',
    (path, text) => writeFileAtomic.sync(path, text),
    (path, text) => writeFileAtomic.sync(path, text, { fsync: false }),
  ],
];

test('the version looked at', () => {
  expect(installedVersion('write-file-atomic')).toBe('7.0.1');
});

test.each(forms)('%s, a full disk: a torn file, said to be written', async (_form, save) => {
  const after = await underFaults(save, [{ on: 'write', effect: diskFull(5) }]);
  expect(after).toMatchObject({ outcome: { kind: 'returned' }, text: 'new v', others: [] });
});

test.each(forms)('%s, after a crash: old or new, whole', async (_form, save) => {
  expect(await crashVerdict(save, { asks: 'whole' })).toBe('holds');
  expect(await crashVerdict(save, { asks: 'whole', old: null })).toBe('holds');
});

test.each(forms)('%s, what was acknowledged may be gone', async (_form, save) => {
  const lacks = 'fsync of the directory after rename';
  expect(await crashVerdict(save, { asks: 'lasting' })).toBe(lacks);
  expect(await crashVerdict(save, { asks: 'lasting', model: 'ordered' })).toBe(lacks);
});

test.each(forms)('%s, without fsync: neither old nor new', async (_form, _save, unsynced) => {
  const lacks = 'fsync of the file after write';
  expect(await crashVerdict(unsynced, { asks: 'whole' })).toBe(lacks);
  expect(await crashVerdict(unsynced, { asks: 'whole', model: 'ordered' })).toBe(lacks);
});

test.each(forms)('%s, a link whose target is not found for once: replaced', async (_form, save) => {
  const rules = [{ on: 'realpath', nth: 1, effect: fail('EIO') }] as const;
  const after = await underFaults(save, rules, { setup: throughLink });
  expect(after).toMatchObject({
    outcome: { kind: 'returned' },
    isLink: false,
    text: 'new version',
  });
});

test.each(forms)('%s, each operation failed', async (_form, save) => {
  expect(await faultVerdicts(save, { keepsMode: true })).toEqual([
    'stat EACCES EIO ENOENT: mode 666 instead of 600',
    'write shorten(5) diskFull(5): said to be written, torn',
    'close EDQUOT EIO ENOSPC: closedTwice',
  ]);
});
