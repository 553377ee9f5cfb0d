import { readdir, rm } from 'node:fs/promises';
import { test } from 'flakehound';
import { describe, expect } from 'vitest';
import { exportRows } from './exportRows.js';

const orders = Array.from({ length: 25 }, (_, i) => ({ id: `order-${i}`, total: i * 10 }));
const articles = Array.from({ length: 25 }, (_, i) => ({ id: `article-${i}`, left: i }));

describe.concurrent('each test has a folder of its own', () => {
  test('exports a file per order', async ({ tempDir }) => {
    await exportRows(tempDir.path, orders);

    const names = orders.map((order) => `${order.id}.json`);
    expect((await readdir(tempDir.path)).sort()).toEqual(names.sort());
  });

  test('exports a file per article in stock', async ({ tempDir }) => {
    await exportRows(tempDir.path, articles);

    const names = articles.map((article) => `${article.id}.json`);
    expect((await readdir(tempDir.path)).sort()).toEqual(names.sort());
  });
});

describe('in one folder for two', () => {
  test('one finds the rows of the other', async ({ tempDir }) => {
    await exportRows(tempDir.path, articles);
    await exportRows(tempDir.path, orders);

    expect(await readdir(tempDir.path)).toContain('article-7.json');
  });

  test('one removes what the other is writing', async ({ tempDir, clock, faults }) => {
    const folder = tempDir.file('export');
    faults.on('writeFile', { nth: 5 }).delay(10).install();

    const exported = expect(exportRows(folder, orders)).rejects.toMatchObject({
      code: 'ENOENT',
      path: `${folder}/order-4.json`,
    });
    await clock.advance(9); // The fifth write still waits.
    await rm(folder, { recursive: true });

    await clock.drive(exported);
  });
});
