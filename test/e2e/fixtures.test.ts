import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copySuite, type Finished, type Suite } from '../support/e2e.js';

const repo = fileURLToPath(new URL('../../', import.meta.url));

interface Result {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

describe.each(['forks', 'threads', 'vmThreads'])('in the pool %s', (pool) => {
  let suite: Suite;
  let finished: Finished;
  let results: ReadonlyMap<string, Result>;

  beforeAll(async () => {
    suite = await copySuite('fixtures');
    await installFlakehound(suite.root);
    const json = join(suite.outside, 'results.json');
    finished = await suite.vitest(
      ['--reporter=default', '--reporter=json', `--outputFile.json=${json}`],
      { env: { E2E_POOL: pool, E2E_INSTALLS: await mayInstall(pool) } },
    );
    if (!existsSync(json)) throw new Error(finished.stdout + finished.stderr);
    const report = JSON.parse(await readFile(json, 'utf8')) as {
      testResults: { name: string; message: string; assertionResults: Result[] }[];
    };
    results = new Map(
      report.testResults.flatMap((file) =>
        file.assertionResults.map((result) => [result.fullName, result]),
      ),
    );
    expect(report.testResults.map((file) => file.message).join('')).toBe('');
  });
  afterAll(() => suite.remove());

  test('fails where it should, and nowhere else', () => {
    const failed = [...results.values()].filter((result) => result.status === 'failed');
    expect(failed.map((result) => result.fullName).sort()).toEqual([
      'a store that can not be closed is reported',
      'a store that can not be closed is reported beside the own error',
      'a store that can not be closed with a hook that fails is reported as the third',
      'fails, its clock ends badly',
      'its operations are told when it fails',
      'its power cuts are told when it fails',
      'kept on failure is kept when it fails',
      'passes, its clock ends badly',
      'strict fails when a fault never fired',
      'two clocks in one set of globals the second is refused',
      'with a hook that fails fails three times over',
    ]);
    expect(results.size).toBe(20 + 4 + 7 + 2 + 301 + 8 + 17);
  });

  test.each([
    ['passes, its clock ends badly', ['were replaced|was replaced']],
    ['fails, its clock ends badly', ['its own', 'was replaced']],
    ['with a hook that fails fails three times over', ['its own', 'the hook', 'was replaced']],
    ['two clocks in one set of globals the second is refused', ['another running test']],
    ['strict fails when a fault never fired', ['rename']],
    ['a store that can not be closed is reported', ['/volume/store']],
    [
      'a store that can not be closed is reported beside the own error',
      ['its own', '/volume/store'],
    ],
    [
      'a store that can not be closed with a hook that fails is reported as the third',
      ['its own', 'the hook', '/volume/store'],
    ],
  ])('each error of "%s" is reported', (name, errors) => {
    const messages = results.get(name)?.failureMessages ?? [];
    for (const [at, error] of errors.entries()) expect(messages[at]).toMatch(new RegExp(error));
    expect(messages).toHaveLength(errors.length);
  });

  test('no two attempts shared a directory', () => {
    const paths = (finished.state.get('paths') ?? '').trim().split('\n');
    expect(paths).toHaveLength(20 + 4 + 4 + 4 + 1);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('no directory is left but the one that was kept and named', () => {
    const kept = (finished.state.get('kept') ?? '').trim();
    expect(finished.leftInTmp.filter((name) => name.startsWith('flakehound-'))).toEqual([
      kept.split('/').at(-1),
    ]);
    expect(finished.stdout + finished.stderr).toContain(
      `kept ${kept} of the failed test "is kept when it fails"`,
    );
  });

  test('the operations of a failed test are told', () => {
    expect(finished.stdout + finished.stderr).toMatch(
      /file operations of the failed test.*\n(.*\n)*.*evidence/,
    );
  });

  test('so are its power cuts, to be had again', () => {
    expect(finished.stdout + finished.stderr).toMatch(
      /store\.crash\(\{ lose: 41 \}\) of the failed test "its power cuts.* lost 0 of 0/,
    );
  });

  test('the heap stays flat', () => {
    const heap = (finished.state.get('heap') ?? '').trim().split('\n').map(Number);
    expect(heap).toHaveLength(6);
    const [first, last] = [heap[1] ?? 0, heap[5] ?? 0];
    expect((last - first) / 2 ** 20).toBeLessThan(4);
  });
});

/** Not in VM pools of Vitest 3.2, where named imports of `node:fs` are copies. */
async function mayInstall(pool: string): Promise<'yes' | 'no'> {
  const home = process.env.FLAKEHOUND_E2E_VITEST ?? repo;
  const manifest = await readFile(join(home, 'node_modules/vitest/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return pool === 'vmThreads' && version.startsWith('3.') ? 'no' : 'yes';
}

/** As `npm install flakehound` would, from what was built. */
async function installFlakehound(root: string): Promise<void> {
  const modules = join(root, 'node_modules');
  await cp(join(repo, 'dist'), join(modules, 'flakehound/dist'), { recursive: true });
  const manifest = join(repo, 'package.json');
  await cp(manifest, join(modules, 'flakehound/package.json'));
  const { dependencies } = JSON.parse(await readFile(manifest, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(repo, 'node_modules', name), join(modules, name));
  }
}
