import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeSuite, fakeFile } from '../../../support/fakeExecutor.js';
import { type FakeMachine, fakeMachine } from '../../../support/fakeIo.js';
import { at, checkout } from '../../../support/huntsAt.js';
import { storedHunt } from './stored.js';

let cwd = '';
let remove: () => Promise<void>;
let machine: FakeMachine;
let repo: ReturnType<typeof checkout>;
beforeEach(async () => {
  const folder = await dir({ unsafeCleanup: true });
  cwd = folder.path;
  remove = folder.cleanup;
  machine = fakeMachine();
  repo = checkout(cwd, machine);
});
afterEach(() => remove());

/** Fails in so many of its runs. */
const failingIn = (runs: number): FakeSuite => ({
  files: [
    fakeFile('src/a.test.ts', { drains: (run) => (run <= runs ? 'failed' : 'passed') }),
    fakeFile('src/b.test.ts', { drains: 'passed', never: 'failed' }),
  ],
});

const history = (...argv: string[]) => repo.type({}, 'history', ...argv);

describe('hunts over time', () => {
  beforeEach(async () => {
    await repo.hunt(failingIn(0), at('a'), '--runs', '4');
    await repo.hunt(failingIn(2), at('b', 'a-branch-with-a-rather-long-name'), '--runs', '4');
    await repo.hunt(failingIn(4), at('c', 'main', 'dirty'), '--runs', '4');
  });

  test('are listed newest first, within 80 columns', async () => {
    const { out, code } = await history();
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "HUNT    COMMIT    BRANCH                            RUNS  FLAKY  BROKEN  STABLE
      hunt-3  ccccccc*  main                               4/4      0       2       1
      hunt-2  bbbbbbb   a-branch-with-a-rather-long-name   4/4      1       1       1
      hunt-1  aaaaaaa   main                               4/4      0       1       2
      "
    `);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('can be those of one branch, the newest so many, in some files', async () => {
    const ids = async (...argv: string[]): Promise<string[]> =>
      [...(await history(...argv)).out.matchAll(/^hunt-\d/gm)].map(([id]) => id);
    expect(await ids('--branch', 'main')).toEqual(['hunt-3', 'hunt-1']);
    expect(await ids('--limit', '2')).toEqual(['hunt-3', 'hunt-2']);
    expect((await history('src/a')).out).toMatch(/^hunt-3 .* 0 +1 +0$/m);
    expect((await history('src/b')).out).toMatch(/^hunt-3 .* 0 +1 +1$/m);
  });

  test('are not counted by files that none of them had', async () => {
    const { code, out, err } = await history('src/other');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('src/other: none of these hunts had a test in such a file');
  });

  test('are lines of JSON', async () => {
    const { out } = await history('--json', '--limit', '1');
    expect(JSON.parse(out)).toMatchObject({
      id: 'hunt-3',
      status: 'completed',
      commit: 'c'.repeat(40),
      branch: 'main',
      dirty: true,
      runs: { asked: 4, done: 4, crashed: 0 },
      tally: { flaky: 0, broken: 2, stable: 1, attempts: 12 },
    });
  });

  test('include reports that older versions left as files', async () => {
    await mkdir(join(cwd, '.flakehound/hunts'), { recursive: true });
    const json = await storedHunt('hunt-0', failingIn(2));
    await writeFile(join(cwd, '.flakehound/hunts/hunt-0.json'), json);
    expect((await history()).out).toMatch(/^hunt-0 .*4\/4 +1 +1 +1$/m);
  });
});

describe('one test over time', () => {
  beforeEach(async () => {
    await repo.hunt(failingIn(0), at('a'), '--runs', '4');
    await repo.hunt({ files: [fakeFile('src/b.test.ts')] }, at('b'), '--runs', '4');
    await repo.hunt(failingIn(1), at('c', null), '--runs', '4');
  });

  test('shows its rate in each hunt that had it', async () => {
    const { out, code } = await history('--test', 'a.test.ts > drains');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "src/a.test.ts > drains

      STARTED           COMMIT   BRANCH  VERDICT    RATE  INTERVAL         FAILED
      2026-01-02 03:04  ccccccc          flaky    25.0 %  4.6 % to 69.9 %     1/4
      2026-01-02 03:04  aaaaaaa  main    stable      0 %  at most 52.7 %      0/4

      2 hunts, the newest first; times in UTC
      "
    `);
  });

  test('is found by its id, and told as lines of JSON', async () => {
    const first = (await history('--test', 'a.test.ts > drains', '--json')).out.split('\n')[0];
    const line = JSON.parse(first ?? '') as { test: { id: string } };
    expect(line).toMatchObject({ id: 'hunt-3', failed: 1, attempts: 4, flakeRate: 0.25 });
    expect((await history('--test', line.test.id)).out).toContain('25.0 %');
  });

  test('must be one: several are named, none is said', async () => {
    const two = await history('--test', 'drains');
    expect([two.code, two.err]).toEqual([2, expect.stringContaining('may be 2 tests')]);
    expect(two.err).toContain('src/a.test.ts > drains');
    const none = await history('--test', 'swims');
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('none of these hunts')]);
  });
});

test('a hunt that was cut off says how to go on with it', async () => {
  const io = { suite: { ...failingIn(1), hangsIn: (run: number) => run === 3 } };
  void repo.hunt(io.suite, at('a'), '--runs', '4');
  while ((machine.stores.get(cwd)?.jobs.get('hunt-1')?.progress ?? 0) < 0.5) {
    await new Promise(setImmediate);
  }
  expect((await history()).out).toMatch(/^hunt-1 .*2\/4 +- +- +-\n\nhunt-1 is running\n$/m);
  machine.processes.kill(1);
  const { out } = await repo.type({ pid: 2 }, 'history');
  expect(out).toContain('flakehound hunt --resume hunt-1');
});

test('without a hunt it says what to type', async () => {
  expect(await history()).toMatchObject({
    code: 2,
    err: expect.stringContaining('flakehound hunt'),
  });
});
