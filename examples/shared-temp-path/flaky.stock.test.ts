import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { exportRows } from './exportRows.js';

// A folder per process, so that runs do not get into each other's way.
const folder = join(tmpdir(), `export-${process.pid}`);
afterEach(() => rm(folder, { recursive: true, force: true }));

test('exports a file per article in stock', async () => {
  const articles = Array.from({ length: 25 }, (_, i) => ({ id: `article-${i}`, left: i }));

  await exportRows(folder, articles);

  const names = articles.map((article) => `${article.id}.json`);
  expect((await readdir(folder)).sort()).toEqual(names.sort());
});
