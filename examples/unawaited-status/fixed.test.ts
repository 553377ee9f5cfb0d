import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { dir } from 'tmp-promise';
import { expect, onTestFinished, test } from 'vitest';
import { sendMail } from './mailer.js';
import { StatusTable } from './statusTable.js';
import { processInOrder } from './worker.js';

test('a fast job ends as done', async () => {
  const folder = await dir({ unsafeCleanup: true });
  onTestFinished(() => folder.cleanup());
  const table = new StatusTable(folder.path);
  await table.write('mail', { status: 'queued', attempts: 0 });

  await processInOrder(table, 'mail', () => sendMail(join(folder.path, 'opt-out')));
  await setTimeout(20);

  expect((await table.read('mail')).status).toBe('done');
});
