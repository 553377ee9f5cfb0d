import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Wal } from './wal.js';

// A folder per hundredth of a second, so that tests do not get into each other's way.
const folder = join(tmpdir(), `wal-${Math.floor(Date.now() / 10)}`);
afterEach(() => rm(folder, { recursive: true, force: true }));

test('what was appended is there when the log is opened again', async () => {
  await mkdir(folder, { recursive: true });
  const wal = await Wal.open(folder);
  for (const record of ['a', 'b', 'c']) await wal.append(record);
  await wal.close();

  const reopened = await Wal.open(folder);
  await reopened.close();

  expect(reopened.recovered).toEqual(['a', 'b', 'c']);
});
