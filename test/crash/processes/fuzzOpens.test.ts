import { expect, test } from 'vitest';
import { describeFiles } from '../../contract/files.contract.js';
import { fuzzOpens } from './fuzzOpens.js';
import { imageFiles } from './imageFiles.js';

describeFiles('files of an image', (body) =>
  body({ files: imageFiles(new Map()).files, dir: '/data' }),
);

test('a damaged store answers the truth, or says what is wrong', { timeout: 60_000 }, async () => {
  const tally = await fuzzOpens({ opens: 300, seed: 1, patienceMs: 20_000 });
  expect(tally.broken).toEqual([]);
  expect(tally).toMatchObject({ opens: 300 });
  // The damage is neither always fatal nor always harmless.
  expect(tally.unharmed).toBeGreaterThan(30);
  expect(Object.values(tally.refused).reduce((a, b) => a + b, 0)).toBeGreaterThan(30);
});

// Found by this: the new segment stayed open when a recovery file could not be merged.
test('an open that fails late leaves no file open', async () => {
  const tally = await fuzzOpens({ opens: 1, seed: 199, patienceMs: 20_000 });
  expect(tally.broken).toEqual([]);
});
