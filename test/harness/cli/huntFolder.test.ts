import { expect, test } from 'vitest';
import { latestHunt } from '../../../harness/cli/huntFolder.js';

test('the latest hunt is that of the last id, in whatever order the folder lists them', () => {
  expect(latestHunt(['20260102-b.json', '20260103-a.json', '20260101-c.json'])).toBe(
    '20260103-a.json',
  );
});

test('what is no finished report is no hunt', () => {
  expect(latestHunt(['.20269999.json.abc.tmp', '.20269999.json', 'notes.txt'])).toBe(undefined);
});
