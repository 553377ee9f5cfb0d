import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const repo = fileURLToPath(new URL('../..', import.meta.url));

/** Every `ts` block of a document is a test file of its own. */
async function blocksOf(document: string): Promise<string[]> {
  const text = await readFile(join(repo, document), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].flatMap(([, block]) => block ?? []);
}

test.each(['docs/fixtures.md', 'docs/property.md', 'docs/store.md'])(
  'the snippets of %s pass as a user would run them',
  async (document) => {
    const blocks = await blocksOf(document);
    expect(blocks.length).toBeGreaterThan(2);
    const root = await mkdtemp(join(tmpdir(), 'snippets-'));
    try {
      await mkdir(join(root, 'node_modules'));
      for (const name of ['vitest', 'memfs', 'fast-check']) {
        await symlink(join(repo, 'node_modules', name), join(root, 'node_modules', name), 'dir');
      }
      await symlink(repo, join(root, 'node_modules/flakehound'), 'dir');
      await writeFile(join(root, 'package.json'), '{ "type": "module" }');
      for (const [at, block] of blocks.entries()) {
        await writeFile(join(root, `snippet-${at}.test.ts`), block);
      }
      const run = await execa(
        process.execPath,
        [
          join(repo, 'node_modules/vitest/vitest.mjs'),
          ...['run', '--root', root, '--maxWorkers=1'],
          // Vitest's own 5 s are short where many programs share the machine.
          '--testTimeout=60000',
        ],
        { reject: false, all: true },
      );
      const told = stripVTControlCharacters(run.all);
      expect(told, told).toMatch(new RegExp(`Test Files +${blocks.length} passed`));
      expect(run.exitCode).toBe(0);
    } finally {
      await rm(root, { recursive: true });
    }
  },
  240_000,
);
