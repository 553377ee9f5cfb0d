import { expect, test } from 'vitest';
import { openStore } from '../../../src/openStore.js';
import { describeFiles } from '../../contract/files.contract.js';
import { fuzzOpens } from './fuzzOpens.js';
import { imageFiles } from './imageFiles.js';
import { imagePlatform } from './imagePlatform.js';
import { originals, tiny } from './originals.js';

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
test('an open that fails behind the start of its log leaves no file open', async () => {
  const stranded = (await originals()).find(({ name }) => name === 'with a recovery file')!;
  const table = [...stranded.image.keys()].find((name) => name.startsWith('jobs-'))!;
  let late = 0;
  for (let at = 0; at < stranded.image.get(table)!.length; at += 61) {
    const bytes = stranded.image.get(table)!.slice();
    bytes[at]! ^= 1;
    const world = imageFiles(new Map(stranded.image).set(table, bytes));
    const platform = imagePlatform(world.files, 99);
    try {
      await (await openStore('/data', { ...tiny, platform })).close();
    } catch {
      if ([...world.image().keys()].some((name) => !stranded.image.has(name))) late++;
    }
    expect(world.open, `byte ${at}`).toBe(0);
  }
  expect(late).toBeGreaterThan(0);
});
