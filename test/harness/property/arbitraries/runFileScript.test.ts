import { Volume } from 'memfs';
import { expect, test } from 'vitest';
import { fileScript } from '../../../../harness/property/arbitraries/fileScript.js';
import {
  runFileScript,
  type ScriptFs,
} from '../../../../harness/property/arbitraries/runFileScript.js';

/** A memfs volume has the calls that scripts make; its types are its own. */
const fsOf = (volume: Volume): ScriptFs => volume as unknown as ScriptFs;

test('steps tell what they read, wrote and listed', async () => {
  const volume = Volume.fromJSON({ '/d/a': 'abc' });
  const script = fileScript([
    ['open', 'f1', 'a', 'r+'],
    ['read', 'f1', 2],
    ['write', 'f1', 'XY', 0],
    ['close', 'f1'],
    ['readFile', 'a'],
    ['rename', 'a', 'b'],
    ['appendFile', 'c', '!'],
    ['readdir', '.'],
  ]);
  expect(await runFileScript(script, fsOf(volume), '/d')).toEqual([
    { kind: 'done' },
    { kind: 'done', result: 'ab' },
    { kind: 'done', result: 2 },
    { kind: 'done' },
    { kind: 'done', result: 'XYc' },
    { kind: 'done' },
    { kind: 'done' },
    { kind: 'done', result: ['b', 'c'] },
  ]);
});

test('a step that fails leaves the others running, but those on what it did not open', async () => {
  const script = fileScript([
    ['open', 'f1', 'missing', 'r'],
    ['read', 'f1', 1],
    ['close', 'f1'],
    ['writeFile', 'a', 'x'],
  ]);
  expect(await runFileScript(script, fsOf(Volume.fromJSON({ '/d/b': '' })), '/d')).toEqual([
    { kind: 'failed', code: 'ENOENT' },
    { kind: 'skipped' },
    { kind: 'skipped' },
    { kind: 'done' },
  ]);
});

test('what is no error of a file system is thrown', async () => {
  const broken = { promises: { unlink: () => Promise.reject(new Error('crashed')) } };
  const script = fileScript([['unlink', 'a']]);
  await expect(runFileScript(script, broken as unknown as ScriptFs, '/d')).rejects.toThrow(
    'crashed',
  );
});
