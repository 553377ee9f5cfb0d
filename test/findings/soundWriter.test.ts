import { open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { crashVerdict, type Save } from './crashVerdict.js';
import { faultVerdicts } from './faultVerdict.js';

/** What the packages do, and what they leave out. */
const save: Save = async (path, text) => {
  const { mode } = await stat(path);
  const temporary = `${path}.new`;
  try {
    const file = await open(temporary, 'w', mode);
    try {
      // Unlike fs.write, this goes on after a short write.
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};

test.each(['posix', 'ordered'] as const)(
  'against a sound writer there is no finding (%s)',
  async (model) => {
    expect(await crashVerdict(save, { asks: 'whole', model })).toBe('holds');
    expect(await crashVerdict(save, { asks: 'lasting', model })).toBe('holds');
  },
);

test('and its errors leave the old version, the permissions and no other file', async () => {
  const unsure = 'said to have failed, but written';
  const verdicts = await faultVerdicts(save, { keepsMode: true });
  // Once renamed the new version is there, though whether it will last is not known.
  expect(verdicts.filter((line) => !line.endsWith(unsure))).toEqual([]);
});
