import { expect, test } from 'vitest';
import { NoticeTally } from '../../../harness/stats/noticeTally.js';

test('a notice given in every run is listed once', () => {
  const notices = new NoticeTally();
  for (let run = 0; run < 3; run++) notices.add({ code: 'SLOW', message: 'the disk is slow' });
  notices.add({ code: 'SLOW', message: 'the network is slow' });
  expect(notices.list()).toEqual([
    { code: 'SLOW', message: 'the disk is slow' },
    { code: 'SLOW', message: 'the network is slow' },
  ]);
});

test('beyond a hundred it says how many are missing', () => {
  const notices = new NoticeTally();
  for (let at = 0; at < 130; at++) notices.add({ code: 'N', message: `number ${at}` });
  expect(notices.list()).toHaveLength(101);
  expect(notices.list().at(-1)).toEqual({
    code: 'NOTICES_CUT',
    message: '30 further notices are not listed',
  });
});
