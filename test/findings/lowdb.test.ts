import { TextFile, TextFileSync } from 'lowdb/node';
import { expect, onTestFinished, test } from 'vitest';
import { createClock } from '../../harness/fixtures/clock.js';
import { diskFull } from '../../harness/property/index.js';
import { crashVerdict, type Save } from './crashVerdict.js';
import { faultVerdicts, underFaults } from './faultVerdict.js';
import { installedVersion } from './installedVersion.js';

/** The adapters below JSONFile and JSONFileSync, which only turn data to text. */
const forms: readonly [string, Save][] = [
  ['by promise', (path, text) => new TextFile(path).write(text)],
  ['synchronously', (path, text) => new TextFileSync(path).write(text)],
];

test('the version looked at', () => {
  expect(installedVersion('lowdb')).toBe('7.0.1');
});

test.each(forms)('%s, after a crash: neither old nor new', async (_form, save) => {
  const lacks = 'fsync of the file after write';
  expect(await crashVerdict(save, { asks: 'whole' })).toBe(lacks);
  expect(await crashVerdict(save, { asks: 'whole', model: 'ordered' })).toBe(lacks);
});

test.each(forms)('%s, what was acknowledged may be gone', async (_form, save) => {
  expect(await crashVerdict(save, { asks: 'lasting' })).toBe(
    'fsync of the file after write, and more',
  );
});

test.each(forms)('%s, a full disk: an error, and the old version', async (_form, save) => {
  const after = await underFaults(save, [{ on: 'write', effect: diskFull(5) }]);
  expect(after).toMatchObject({ outcome: { kind: 'threw' }, text: 'old', others: ['.file.tmp'] });
});

test.each(forms)('%s, each operation failed', async (_form, save) => {
  const { clock, end } = createClock();
  onTestFinished(end);
  clock.install({ toFake: ['setTimeout', 'clearTimeout'] });
  const verdicts = await faultVerdicts(save, { keepsMode: false, clock, lasting: ['forever'] });
  expect(verdicts.map((line) => line.replace(/ .*:/, ':'))).toEqual([
    'write: temporary file left',
    'close: temporary file left',
    'rename: temporary file left',
  ]);
});
