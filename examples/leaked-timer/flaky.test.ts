import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { startAutosave } from './autosave.js';
import { storeDraft } from './draft.js';

const save = vi.fn();
beforeEach(() => save.mockClear());

test('a manual save works beside autosave', async () => {
  const folder = await dir({ unsafeCleanup: true });
  onTestFinished(() => folder.cleanup());
  startAutosave(save, 10);

  for (const text of ['a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef']) {
    expect(await storeDraft(join(folder.path, 'draft.txt'), text)).toBe(text);
  }
});

test('a manual save does not trigger autosave', async () => {
  const folder = await dir({ unsafeCleanup: true });
  onTestFinished(() => folder.cleanup());

  expect(await storeDraft(join(folder.path, 'draft.txt'), 'x')).toBe('x');
  expect(save).not.toHaveBeenCalled();
});
