import { setTimeout } from 'node:timers/promises';
import { dir } from 'tmp-promise';
import { expect, onTestFinished, test } from 'vitest';
import { claim } from './claim.js';
import { JobBoard } from './jobBoard.js';

test('one of two workers gets the job', async () => {
  const folder = await dir({ unsafeCleanup: true });
  onTestFinished(() => folder.cleanup());
  const board = new JobBoard(folder.path);
  await board.create(['film']);
  const worker = async (name: string, restMs: number) => {
    await setTimeout(restMs);
    return claim(board, 'film', name);
  };

  const claims = await Promise.all([worker('early', 1), worker('late', 3)]);

  expect(claims.filter((got) => got)).toHaveLength(1);
});
