import * as real from 'node:fs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { play, treeOf } from './play.js';
import { scripts } from './scripts.js';
import { plainFileSystem, temporaryFolder } from './support.js';

test('any script ends as on plain node:fs, step by step, and leaves the same tree', async () => {
  const folder = temporaryFolder();
  const ours = plainFileSystem();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      // Of equal length, since lengths of paths show in sizes of links.
      const roots = [join(folder, `${++runs}-ours`), join(folder, `${runs}-real`)] as const;
      for (const root of roots) mkdirSync(root);
      const [a, b] = [await play(ours, roots[0], script), await play(real, roots[1], script)];
      expect(a).toEqual(b);
      expect(treeOf(real, roots[0])).toEqual(treeOf(real, roots[1]));
    }),
    { seed: 3, numRuns: 150 },
  );
});
