import { appendFile, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Wal } from './wal.js';

// A folder per hundredth of a second, so that tests do not get into each other's way.
const folder = join(tmpdir(), `wal-${Math.floor(Date.now() / 10)}`);
afterEach(() => rm(folder, { recursive: true, force: true }));

test('an unfinished record is left out', async () => {
  await mkdir(folder, { recursive: true });
  const wal = await Wal.open(folder);
  for (const record of ['x', 'y']) await wal.append(record);
  await wal.close();
  await appendFile(join(folder, '000001.wal'), '1a2b3c4d "z');

  const reopened = await Wal.open(folder);
  await reopened.close();

  expect(reopened.recovered).toEqual(['x', 'y']);
});
