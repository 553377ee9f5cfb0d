import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findVitest, supportedMajor } from '../../../harness/runner/findVitest.js';
import type { FlakehoundError } from '../../../src/index.js';

let dir: string;
beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'find-vitest-')));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** As npm would install it. */
async function install(version: string, root = dir): Promise<string> {
  const home = join(root, 'node_modules', 'vitest');
  await mkdir(home, { recursive: true });
  const manifest = {
    name: 'vitest',
    version,
    exports: { '.': './dist/index.js', './*': './*' },
  };
  await writeFile(join(home, 'package.json'), JSON.stringify(manifest));
  return home;
}

function errorOf(call: () => unknown): FlakehoundError {
  try {
    call();
  } catch (error) {
    // What is thrown here is matched against by every caller.
    return error as FlakehoundError;
  }
  throw new Error('expected an error');
}

describe('a repo’s Vitest', () => {
  test.each([
    ['3.2.0', 3],
    ['3.2.4', 3],
    ['3.10.0', 3],
    ['3.2.0-beta.1', 3],
    ['4.0.0-beta', 4],
    ['4.1.12', 4],
    ['5.1.1', 5],
  ])('%s is taken as major %i', async (version, major) => {
    const home = await install(version);
    expect(findVitest(dir)).toEqual({ version, major, distPath: join(home, 'dist') });
  });

  test.each(['0.34.6', '1.6.0', '2.1.9', '3.0.0', '3.1.0', '3.1.4', '6.0.0', '10.0.0', 'latest'])(
    '%s is refused, with the place it was found in and what is expected',
    async (version) => {
      const home = await install(version);
      expect(errorOf(() => findVitest(dir))).toMatchObject({
        code: 'ENV_VITEST_VERSION',
        message: `Vitest ${version} (${home}) is not supported: expected 3.2 or later 3.x, 4 or 5`,
        hint: 'npm install --save-dev vitest@4',
      });
    },
  );

  test('may lie in a folder above, as in a workspace', async () => {
    const home = await install('4.1.0');
    const root = join(dir, 'packages', 'a');
    await mkdir(root, { recursive: true });
    expect(findVitest(root).distPath).toBe(join(home, 'dist'));
  });

  test('nearest to the root is the one that counts', async () => {
    await install('5.0.0');
    const root = join(dir, 'packages', 'a');
    const home = await install('3.2.4', root);
    expect(findVitest(root)).toEqual({ version: '3.2.4', major: 3, distPath: join(home, 'dist') });
  });

  test('may be linked from a store, as pnpm does', async () => {
    const home = await install('4.1.0', join(dir, 'store'));
    const root = join(dir, 'repo');
    await mkdir(join(root, 'node_modules'), { recursive: true });
    await symlink(home, join(root, 'node_modules', 'vitest'));
    expect(findVitest(root).distPath).toBe(join(home, 'dist'));
  });

  test('is missing where none is installed, with or without a package.json', async () => {
    const expected = {
      code: 'ENV_NO_VITEST',
      message: `no Vitest is installed for ${dir}`,
      hint: 'run npm install --save-dev vitest there, or name another folder: flakehound hunt --root DIR',
    };
    expect(errorOf(() => findVitest(dir))).toMatchObject(expected);
    await writeFile(join(dir, 'package.json'), '{}');
    const error = errorOf(() => findVitest(dir));
    expect(error).toMatchObject(expected);
    expect(error.cause).toMatchObject({ code: 'MODULE_NOT_FOUND' });
  });

  test.each([
    ['is cut off', '{"name": "vitest", "ver'],
    ['has no version', '{"name": "vitest"}'],
    ['is empty', ''],
    ['is no object', 'null'],
  ])('whose package.json %s is a broken install, not our fault', async (_, text) => {
    const home = await install('4.1.0');
    await writeFile(join(home, 'package.json'), text);
    expect(errorOf(() => findVitest(dir)).code).toMatch(/^ENV_(NO_VITEST|VITEST_VERSION)$/);
  });

  test.each([
    ['does not exist', 'missing'],
    ['lies below a file', 'file/below'],
    ['is a file', 'file'],
  ])('a root that %s is named', async (_, path) => {
    await writeFile(join(dir, 'file'), '');
    expect(errorOf(() => findVitest(join(dir, path)))).toMatchObject({
      code: 'ENV_ROOT',
      message: `${join(dir, path)} is not a directory`,
    });
  });
});

test('a version can be judged by itself', () => {
  expect(supportedMajor('4.2.0', '/x/package.json')).toBe(4);
});
