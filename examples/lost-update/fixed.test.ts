import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { expect, onTestFinished, test } from 'vitest';
import { queued } from './job.js';
import { QueuedJobFile } from './queuedJobFile.js';
import { render } from './render.js';

test('two films report to one file', async () => {
  const folder = await dir({ unsafeCleanup: true });
  onTestFinished(() => folder.cleanup());
  const path = join(folder.path, 'jobs.json');
  await writeFile(path, JSON.stringify({ long: queued, short: queued }));
  const jobs = new QueuedJobFile(path);
  const renderFilm = (id: string, frames: number, reportEvery: number) =>
    render(join(folder.path, id), { frames, reportEvery }, (progress) =>
      jobs.update(id, { progress }),
    );

  await Promise.all([renderFilm('long', 30, 5), renderFilm('short', 16, 16)]);

  expect(await jobs.read()).toEqual({ long: { progress: 1 }, short: { progress: 1 } });
});
