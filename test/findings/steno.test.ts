import { Writer } from 'steno';
import { expect, onTestFinished, test } from 'vitest';
import { createClock } from '../../harness/fixtures/clock.js';
import { diskFull, fail } from '../../harness/property/index.js';
import { crashVerdict, type Save } from './crashVerdict.js';
import { faultVerdicts, underFaults } from './faultVerdict.js';
import { installedVersion } from './installedVersion.js';

const save: Save = (path, text) => new Writer(path).write(text);

test('the version looked at', () => {
  expect(installedVersion('steno')).toBe('4.0.2');
});

test('after a crash: neither old nor new', async () => {
  const lacks = 'fsync of the file after write';
  expect(await crashVerdict(save, { asks: 'whole' })).toBe(lacks);
  expect(await crashVerdict(save, { asks: 'whole', model: 'ordered' })).toBe(lacks);
});

test('what was acknowledged may be gone', async () => {
  expect(await crashVerdict(save, { asks: 'lasting' })).toBe(
    'fsync of the file after write, and more',
  );
});

test('a full disk: an error, and the old version', async () => {
  const after = await underFaults(save, [{ on: 'write', effect: diskFull(5) }]);
  expect(after).toMatchObject({ outcome: { kind: 'threw' }, text: 'old', others: ['.file.tmp'] });
});

test('each operation failed', async () => {
  const { clock, end } = createClock();
  onTestFinished(end);
  clock.install({ toFake: ['setTimeout', 'clearTimeout'] });
  // Beyond its ten tries to rename.
  const verdicts = await faultVerdicts(save, { keepsMode: false, clock, lasting: ['forever'] });
  expect(verdicts.map((line) => line.replace(/ .*:/, ':'))).toEqual([
    'write: temporary file left',
    'close: temporary file left',
    'rename: temporary file left',
  ]);
});

test('a write that succeeded is said to have failed when the next one in line fails', async () => {
  const two: Save = async (path) => {
    const writer = new Writer(path);
    const settled = await Promise.allSettled([writer.write('first'), writer.write('second')]);
    return settled.map(({ status }) => status);
  };
  const after = await underFaults(two, [{ on: 'open', nth: 2, effect: fail('EMFILE') }]);
  expect(after).toMatchObject({
    outcome: { value: ['rejected', 'rejected'] },
    text: 'first',
  });
});
