import { setTimeout } from 'node:timers/promises';
import { test } from 'flakehound';
import { expect } from 'vitest';
import { Thumbnails } from './thumbnails.js';

test('a thumbnail is made in 40 ms', async ({ clock }) => {
  clock.install();
  const thumbnails = new Thumbnails();
  thumbnails.start('cat');

  await clock.advance(39);
  expect(thumbnails.isReady('cat')).toBe(false);
  await clock.advance(1);
  expect(thumbnails.isReady('cat')).toBe(true);
});

test('who awaits it hears of it at that moment', async ({ clock }) => {
  clock.install();
  const thumbnails = new Thumbnails();
  thumbnails.start('cat');

  await clock.drive(thumbnails.ready('cat'));

  expect(clock.performance.now()).toBe(40);
});

test.for([
  { pause: 5, seenAt: 40 },
  { pause: 6, seenAt: 42 },
  { pause: 8, seenAt: 40 },
  { pause: 12, seenAt: 48 },
])(
  'who asks every $pause ms sees it after $seenAt ms, whose limit is 46',
  async (row, { clock }) => {
    clock.install();
    const thumbnails = new Thumbnails();
    thumbnails.start('cat');
    const seen = async () => {
      while (!thumbnails.isReady('cat')) await setTimeout(row.pause);
    };

    await clock.drive(seen());

    expect(clock.performance.now()).toBe(row.seenAt);
  },
);
