import * as real from 'node:fs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { Volume } from 'memfs';
import { expect, test } from 'vitest';
import { memfsBackend } from '../../../../harness/faults/backends/memfsBackend.js';
import { createFileSystem } from '../../../../harness/faults/fileSystem/createFileSystem.js';
import { passThrough } from '../../../../harness/faults/interceptor.js';
import { play, treeOf } from '../fileSystem/play.js';
import { memfsScripts } from '../fileSystem/scripts.js';
import { temporaryFolder } from '../fileSystem/support.js';

/** memfs has no umask, and counts the links of folders otherwise. */
const compared = { modes: false, links: false };

test('any script ends over memfs as on the real disk', async () => {
  const folder = temporaryFolder();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(memfsScripts, async (script) => {
      const root = join(folder, `${++runs}`);
      mkdirSync(root);
      const volume = new Volume();
      volume.mkdirSync(root, { recursive: true, mode: 0o755 });
      const ours = createFileSystem(memfsBackend(volume), passThrough);
      const [a, b] = [
        await play(ours, root, script, compared),
        await play(real, root, script, compared),
      ];
      expect(a).toEqual(b);
      expect(treeOf(ours, root, compared)).toEqual(treeOf(real, root, compared));
    }),
    { seed: 4, numRuns: 150 },
  );
});
