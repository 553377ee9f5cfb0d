import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { expect, onTestFinished, test } from 'vitest';
import { Wal } from './wal.js';

test('an unfinished record is left out', async () => {
  const folder = await dir({ unsafeCleanup: true });
  onTestFinished(() => folder.cleanup());
  const wal = await Wal.open(folder.path);
  for (const record of ['x', 'y']) await wal.append(record);
  await wal.close();
  await appendFile(join(folder.path, '000001.wal'), '1a2b3c4d "z');

  const reopened = await Wal.open(folder.path);
  await reopened.close();

  expect(reopened.recovered).toEqual(['x', 'y']);
});
