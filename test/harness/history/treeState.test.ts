import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { dir } from 'tmp-promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  digestTests,
  gitCommit,
  gitState,
  type TreeState,
  treeDifference,
} from '../../../harness/history/treeState.js';

let root = '';
let remove: () => Promise<void>;
beforeEach(async () => {
  const folder = await dir({ unsafeCleanup: true });
  root = folder.path;
  remove = folder.cleanup;
});
afterEach(() => remove());

const git = (...args: string[]) =>
  execa(
    'git',
    [
      '-C',
      root,
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@b.example',
      '-c',
      'commit.gpgsign=false',
      ...args,
    ],
    { env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' } },
  );

async function commit(text: string): Promise<string> {
  await writeFile(join(root, 'a.ts'), text);
  await git('add', '.');
  await git('commit', '-m', text);
  return (await git('rev-parse', 'HEAD')).stdout;
}

describe('what git tells', () => {
  beforeEach(() => git('init', '-b', 'main'));

  test('is commit and branch, and whether followed files differ', async () => {
    const first = await commit('one');
    expect(await gitState(root)).toEqual({ commit: first, branch: 'main', changes: null });
    await writeFile(join(root, 'new.txt'), 'a report, say');
    expect((await gitState(root))?.changes, 'what git does not follow').toBe(null);
    await writeFile(join(root, 'a.ts'), 'two');
    const two = (await gitState(root))?.changes;
    await writeFile(join(root, 'a.ts'), 'three');
    const three = (await gitState(root))?.changes;
    expect(new Set([null, undefined, two, three]).size).toBe(4);
  });

  test('is seen from a folder inside too', async () => {
    const first = await commit('one');
    await mkdir(join(root, 'packages'));
    await writeFile(join(root, 'a.ts'), 'two');
    const state = await gitState(join(root, 'packages'));
    expect(state).toMatchObject({ commit: first });
    expect(state?.changes).not.toBe(null);
  });

  test('is the commit behind a name', async () => {
    const first = await commit('one');
    await git('tag', 'v1');
    await commit('two');
    expect(await gitCommit(root, 'v1')).toBe(first);
    expect(await gitCommit(root, 'HEAD~1')).toBe(first);
    for (const none of ['nothing', '--all', '', 'a b']) {
      expect(await gitCommit(root, none), none).toBe(null);
    }
  });

  test('is no branch with a detached head, and nothing before the first commit', async () => {
    expect(await gitState(root)).toBe(null);
    await commit('one');
    await git('switch', '--detach');
    expect((await gitState(root))?.branch).toBe(null);
  });
});

test('a folder that does not exist has no git', async () => {
  expect(await gitState(join(root, 'nowhere'))).toBe(null);
});

test('the digest of tests follows names, projects and contents, not the order', async () => {
  await writeFile(join(root, 'a.ts'), 'one');
  await writeFile(join(root, 'b.ts'), 'one');
  const a = { project: '', file: 'a.ts' };
  const b = { project: '', file: 'b.ts' };
  const both = await digestTests(root, [a, b]);
  expect(await digestTests(root, [b, a])).toBe(both);
  const others = [
    await digestTests(root, [a]),
    await digestTests(root, [a, { ...b, project: 'p' }]),
    await digestTests(root, [a, { ...b, file: 'c.ts' }]),
  ];
  await writeFile(join(root, 'b.ts'), 'two');
  others.push(await digestTests(root, [a, b]));
  expect(new Set([both, ...others]).size).toBe(5);
});

describe('two trees differ', () => {
  const state = (commit: string | null, changes: string | null = null, tests = 't'): TreeState => ({
    git: commit === null ? null : { commit, branch: 'main', changes },
    tests,
  });
  test.each([
    ['not at all', state('a'), state('a'), null],
    ['not at all outside git', state(null), state(null), null],
    ['in the commit', state('a'), state('b'), /began at a \(main\).* is b \(main\)/],
    ['in that there is git now', state(null), state('b'), /began at no commit/],
    ['in changes', state('a'), state('a', 'x'), /files have changed/],
    ['in other changes', state('a', 'x'), state('a', 'y'), /files have changed/],
    ['in changes that are gone', state('a', 'x'), state('a'), /are gone/],
    ['in the tests', state('a'), state('a', null, 'u'), /test files/],
  ])('%s', (_, before, now, expected) => {
    const said = treeDifference(before, now);
    if (expected === null) expect(said).toBe(null);
    else expect(said).toMatch(expected);
  });
});
