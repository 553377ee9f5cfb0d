import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { expect, onTestFinished, test } from 'vitest';
import { SessionFile } from './sessionFile.js';

test('what was set is saved', async () => {
  const folder = await dir({ unsafeCleanup: true });
  onTestFinished(() => folder.cleanup());
  const path = join(folder.path, 'session.json');
  const file = await SessionFile.open(path);
  file.set('user', 'ada');
  file.set('theme', 'dark');

  await file.saved();

  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ user: 'ada', theme: 'dark' });
});
