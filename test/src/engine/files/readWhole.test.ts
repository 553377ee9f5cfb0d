import { expect, test } from 'vitest';
import {
  encodeManifest,
  manifestName,
  readManifest,
} from '../../../../src/engine/files/manifest.js';
import { readWhole } from '../../../../src/engine/files/readWhole.js';
import type { Files } from '../../../../src/index.js';
import { nodeCrc32 } from '../../../../src/node/nodeCrc32.js';
import { memoryFiles } from '../../../support/memoryFiles.js';
import { someManifest } from './manifests.js';

/** Files in `/data`, of which somebody else removes one just before it is opened to be read. */
function racing(removed: () => void = () => undefined) {
  const { volume, ...platform } = memoryFiles();
  let isRemoved = false;
  const files: Files = {
    ...platform.files,
    async open(path, mode) {
      if (!isRemoved && mode === 'read') {
        isRemoved = true;
        volume.unlinkSync(path);
        removed();
      }
      return await platform.files.open(path, mode);
    },
  };
  return { volume, platform: { ...platform, files } };
}

test('a file that goes between the look at its size and the opening is missing', async () => {
  const { volume, platform } = racing();
  volume.writeFileSync('/data/a', 'abc');
  expect(await readWhole(platform.files, '/data/a', 10)).toEqual({ kind: 'missing' });
});

// Found by killing owners while others opened the store: it was refused as STORE_MANIFEST.
test('a manifest that goes while it is read is looked for under its successor’s name', async () => {
  const write = (epoch: number) =>
    volume.writeFileSync(
      `/data/${manifestName(epoch)}`,
      encodeManifest({ ...someManifest(), epoch }, nodeCrc32),
    );
  const { volume, platform } = racing(() => write(6));
  write(5);
  expect((await readManifest(platform, '/data'))?.manifest.epoch).toBe(6);
});
