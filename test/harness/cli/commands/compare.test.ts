import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeSuite, fakeFile } from '../../../support/fakeExecutor.js';
import { fakeMachine } from '../../../support/fakeIo.js';
import { at, checkout } from '../../../support/huntsAt.js';
import { storedHunt } from './stored.js';

let cwd = '';
let remove: () => Promise<void>;
let repo: ReturnType<typeof checkout>;
beforeEach(async () => {
  const folder = await dir({ unsafeCleanup: true });
  cwd = folder.path;
  remove = folder.cleanup;
  repo = checkout(cwd, fakeMachine());
});
afterEach(() => remove());

/** Each test fails in so many of its runs. */
const failing = (tests: Readonly<Record<string, number>>): FakeSuite => ({
  files: [
    fakeFile(
      'src/a.test.ts',
      Object.fromEntries(
        Object.entries(tests).map(([name, runs]) => [
          name,
          (run: number) => (run <= runs ? 'failed' : 'passed'),
        ]),
      ),
    ),
  ],
});

const refs = { main: at('a').commit, fix: at('b').commit, other: at('f').commit };
const compare = (...argv: string[]) => repo.type({ refs }, 'compare', ...argv);

test('says what got worse, better, appeared and vanished, and fails for worse', async () => {
  await repo.hunt(failing({ up: 0, down: 15, same: 2, gone: 0, little: 0 }), at('a'));
  await repo.hunt(failing({ up: 10, down: 0, same: 2, fresh: 3, little: 1 }), at('b', 'fix'));
  const { code, out } = await compare('hunt-1', 'hunt-2');
  expect(code).toBe(1);
  expect(out).toMatchInlineSnapshot(`
    "before  hunt-1, main aaaaaaa, 20 runs
    after   hunt-2, fix bbbbbbb, 20 runs

    Worse

    0 % -> 50.0 %   0 of 20 -> 10 of 20   p 0.00044
      src/a.test.ts > up

    Better

    75.0 % -> 0 %   15 of 20 -> 0 of 20   p <0.0001
      src/a.test.ts > down

    Other rates, which chance alone may explain

    0 % -> 5.0 %   0 of 20 -> 1 of 20   p 1
      src/a.test.ts > little

    Appeared

    flaky     src/a.test.ts > fresh

    Vanished, or skipped by now

    stable    src/a.test.ts > gone

    p: Fisher's exact test, two-sided, corrected by Holm's method for all tests that
    could have shown a difference; below 0.05 is worse or better, at 95 % for all of
    them together; condition baseline

    1 worse, 1 better, 1 unclear, 1 the same, 1 appeared, 1 vanished
    "
  `);
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect((await compare('hunt-2', 'hunt-1')).code).toBe(1);
  expect((await compare('hunt-1', 'hunt-1')).code).toBe(0);
});

test('takes the newest hunt of a commit, and rather one without changes', async () => {
  await repo.hunt(failing({ up: 9 }), at('a'));
  await repo.hunt(failing({ up: 0 }), at('a'));
  await repo.hunt(failing({ up: 20 }), at('a', 'main', 'dirty'));
  await repo.hunt(failing({ up: 20 }), at('b', 'fix', 'dirty'));
  const { code, out } = await compare('main', 'fix', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    before: { id: 'hunt-2' },
    after: { id: 'hunt-4' },
    worse: [{ name: 'up', before: { failures: 0, attempts: 20 }, after: { failures: 20 } }],
    better: [],
  });
});

test('takes report files', async () => {
  for (const [name, runs] of [
    ['a', 0],
    ['b', 4],
  ] as const) {
    await writeFile(join(cwd, `${name}.json`), await storedHunt(name, failing({ up: runs })));
  }
  const { code, out } = await compare('a.json', 'b.json');
  expect([code, out]).toEqual([1, expect.stringContaining('0 of 4 -> 4 of 4')]);
});

test.each([
  ['main', 'nonsense', 'no stored hunt, no report file and no commit'],
  ['main', 'other', 'no hunt of other (ffffffffff) is stored'],
])('%s against %s: says what is missing', async (before, after, why) => {
  await repo.hunt(failing({ up: 0 }), at('a'), '--runs', '1');
  const { code, err } = await compare(before, after);
  expect([code, err]).toEqual([2, expect.stringContaining(why)]);
});
