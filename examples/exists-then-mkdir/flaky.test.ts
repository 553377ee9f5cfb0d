import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { dir } from 'tmp-promise';
import { expect, onTestFinished, test } from 'vitest';
import { archive } from './archive.js';
import { ensureFolderInTwoSteps } from './ensureFolder.js';

const letter = fileURLToPath(import.meta.url);

test('newest first and oldest first meet in the middle', async () => {
  const root = await dir({ unsafeCleanup: true });
  onTestFinished(() => root.cleanup());
  const days = Array.from({ length: 30 }, (_, i) => `2024-06-${String(i + 1).padStart(2, '0')}`);
  const newestFirst = days.toReversed();

  await Promise.all([
    archive(root.path, 'news.txt', letter, newestFirst, ensureFolderInTwoSteps),
    archive(root.path, 'letters.txt', letter, days, ensureFolderInTwoSteps),
  ]);

  expect((await readdir(root.path)).sort()).toEqual(days);
});
