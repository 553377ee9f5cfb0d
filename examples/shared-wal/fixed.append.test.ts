import { dir } from 'tmp-promise';
import { expect, onTestFinished, test } from 'vitest';
import { Wal } from './wal.js';

test('what was appended is there when the log is opened again', async () => {
  const folder = await dir({ unsafeCleanup: true });
  onTestFinished(() => folder.cleanup());
  const wal = await Wal.open(folder.path);
  for (const record of ['a', 'b', 'c']) await wal.append(record);
  await wal.close();

  const reopened = await Wal.open(folder.path);
  await reopened.close();

  expect(reopened.recovered).toEqual(['a', 'b', 'c']);
});
