import { expect, test } from 'vitest';
import { huntIds } from '../../../harness/cli/huntFolder.js';

test('hunts come in the order of their ids, in whatever order the folder lists them', () => {
  expect(huntIds(['20260102-b.json', '20260103-a.json', '20260101-c.json'])).toEqual([
    '20260101-c',
    '20260102-b',
    '20260103-a',
  ]);
});

test('what is no finished report is no hunt', () => {
  expect(huntIds(['.20269999.json.abc.tmp', '.20269999.json', 'notes.txt'])).toEqual([]);
});
