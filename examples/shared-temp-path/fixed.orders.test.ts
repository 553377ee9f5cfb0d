import { readdir } from 'node:fs/promises';
import { dir } from 'tmp-promise';
import { expect, onTestFinished, test } from 'vitest';
import { exportRows } from './exportRows.js';

test('exports a file per order', async () => {
  const folder = await dir({ unsafeCleanup: true });
  onTestFinished(() => folder.cleanup());
  const orders = Array.from({ length: 25 }, (_, i) => ({ id: `order-${i}`, total: i * 10 }));

  await exportRows(folder.path, orders);

  const names = orders.map((order) => `${order.id}.json`);
  expect((await readdir(folder.path)).sort()).toEqual(names.sort());
});
