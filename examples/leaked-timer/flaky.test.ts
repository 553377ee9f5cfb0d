import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startAutosave } from './autosave.js';

let folder: string;
beforeAll(async () => {
  const made = await dir({ unsafeCleanup: true });
  folder = made.path;
  return () => made.cleanup();
});

const autosaved = vi.fn();
beforeEach(() => autosaved.mockClear());

async function autosave(): Promise<void> {
  for (const name of ['draft', 'outline', 'index']) await writeFile(join(folder, name), name);
  autosaved();
}

test('manual saves work beside autosave', async () => {
  startAutosave(autosave, 1);

  for (const text of ['a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg', 'abcdefgh']) {
    await writeFile(join(folder, 'manual'), text);
  }
});

test('a manual save does not count as autosave', async () => {
  await writeFile(join(folder, 'manual'), 'text');

  expect(autosaved).not.toHaveBeenCalled();
});
