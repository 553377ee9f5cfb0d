import { expect, test } from 'vitest';
import { Thumbnails } from './thumbnails.js';

test('a thumbnail is made', async () => {
  const thumbnails = new Thumbnails();
  thumbnails.start('cat');

  await thumbnails.ready('cat');

  expect(thumbnails.isReady('cat')).toBe(true);
});
