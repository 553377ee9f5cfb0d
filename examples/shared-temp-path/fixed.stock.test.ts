import { readdir } from 'node:fs/promises';
import { dir } from 'tmp-promise';
import { expect, onTestFinished, test } from 'vitest';
import { exportRows } from './exportRows.js';

test('exports a file per article in stock', async () => {
  const folder = await dir({ unsafeCleanup: true });
  onTestFinished(() => folder.cleanup());
  const articles = Array.from({ length: 25 }, (_, i) => ({ id: `article-${i}`, left: i }));

  await exportRows(folder.path, articles);

  const names = articles.map((article) => `${article.id}.json`);
  expect((await readdir(folder.path)).sort()).toEqual(names.sort());
});
