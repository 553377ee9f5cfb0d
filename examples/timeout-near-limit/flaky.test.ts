import { stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Thumbnails } from './thumbnails.js';

test('a thumbnail is made in time', { timeout: 46 }, async () => {
  const thumbnails = new Thumbnails();
  thumbnails.start('cat');

  while (!thumbnails.isReady('cat')) {
    await stat('.');
    await setTimeout(5);
  }

  expect(thumbnails.isReady('cat')).toBe(true);
});
