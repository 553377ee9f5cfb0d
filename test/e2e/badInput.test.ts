import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copySuite, type Finished, reportOf, type Suite } from '../support/e2e.js';

let small: Suite;
let configs: Suite;
/** A folder in which no Vitest can be found, also not above it. */
let bare: string;

beforeAll(async () => {
  small = await copySuite('small');
  configs = await copySuite('configs');
  bare = await realpath(await mkdtemp(join(tmpdir(), 'fh-bare-')));
});
afterAll(async () => {
  await small.remove();
  await configs.remove();
  await rm(bare, { recursive: true, force: true });
});

/** What is typed after `hunt`, the exit code, and what must be named. */
const typed: readonly [args: string, exitCode: number, ...named: RegExp[]][] = [
  ['--runs 0', 2, /--runs/, /'0'|\b0\b/, /at least 1/],
  ['--runs many', 2, /--runs/, /many/],
  ['--runs 2.5', 2, /--runs/, /2\.5/],
  ['--for 10', 2, /--for/, /10m|unit/],
  ['--prove 150%', 2, /--prove/, /150%/, /100 %/],
  ['--prove 0', 2, /--prove/],
  ['--confidence 1', 2, /--confidence/],
  ['--seed -1', 2, /--seed/],
  ['--workers 0', 2, /--workers/],
  ['--timeout soon', 2, /--timeout/, /soon/],
  ['--order random', 2, /--order/, /random/, /shuffled/],
  ['--conditions baseline,chaos', 2, /--conditions/, /chaos/, /stressed/],
  ['--shard 3/2', 2, /--shard/, /3\/2/],
  ['--fail-on everything', 2, /--fail-on/, /everything/, /broken/],
  ['--report pdf=out.pdf', 2, /pdf/, /junit/],
  ['--report json', 2, /json/, /=/],
  ['--report json=no/such/folder/out.json', 2, /no\/such\/folder/],
  ['--report json=.', 2, /--report|report/],
  ['--no-such-option', 2, /--no-such-option/],
  ['no-such-file', 2, /no-such-file/, /vitest list/],
  ['--project nobody', 2, /nobody/],
  ['--root no-such-root', 3, /no-such-root/],
  ['--config no-such.config.ts', 3, /no-such\.config\.ts/],
  ['--changed no-such-ref', 3, /git/],
];

test.each(typed)('hunt %s: exit %i', async (...[args, exitCode, ...named]) => {
  // Without the report that `suite.hunt` adds.
  const hunt = await small.flakehound(['hunt', ...args.split(' ')]);
  expectClearError(hunt, exitCode, named);
});

test('an unknown command', async () => {
  expectClearError(await small.flakehound(['haunt']), 2, [/haunt/, /hunt/]);
});

test('a root without Vitest', async () => {
  await writeFile(join(bare, 'package.json'), '{}');
  const hunt = await small.flakehound(['hunt', '--root', bare]);
  expectClearError(hunt, 3, [/vitest/i, new RegExp(bare), /npm install/]);
});

test('a Vitest that is too old', async () => {
  const root = join(bare, 'old');
  const vitest = join(root, 'node_modules/vitest');
  await mkdir(join(vitest, 'dist'), { recursive: true });
  const manifest = {
    name: 'vitest',
    version: '1.6.0',
    type: 'module',
    exports: { '.': './i.js', './package.json': './package.json', './node': './dist/node.js' },
  };
  await writeFile(join(vitest, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(vitest, 'i.js'), '');
  await writeFile(join(vitest, 'dist/node.js'), '');
  await writeFile(join(root, 'package.json'), '{}');
  const hunt = await small.flakehound(['hunt', '--root', root]);
  expectClearError(hunt, 3, [/1\.6\.0/, /3\.2/]);
});

test('a folder without tests', async () => {
  const hunt = await configs.flakehound(['hunt', 'nothing-like-this']);
  expectClearError(hunt, 2, [/no test file/, /nothing-like-this/]);
});

test('a config that throws', async () => {
  const hunt = await configs.flakehound(['hunt', '--config', 'throws.config.ts']);
  expectClearError(hunt, 3, [/throws\.config\.ts/, /this config is broken/]);
});

test('an unwritable report path fails before the first run and leaves nothing half-written', async () => {
  const target = join(small.outside, 'missing', 'out.json');
  const before = await storedHunts();
  const hunt = await small.flakehound(['hunt', 'one', '--report', `json=${target}`]);
  expectClearError(hunt, 2, [/missing/]);
  expect(hunt.state.size).toBe(0);
  expect(await storedHunts()).toEqual(before);
  expect(existsSync(join(small.outside, 'missing'))).toBe(false);
});

const corrupt: readonly (readonly [what: string, text: string])[] = [
  ['no JSON', 'not a report'],
  ['half a report', '{ "schemaVersion": 1, "hunt": {'],
  ['another schema', '{ "schemaVersion": 2, "hunt": {}, "tests": [], "files": [], "errors": [] }'],
  ['another shape', '{ "schemaVersion": 1, "tests": 3 }'],
  ['nothing', ''],
];

test.each(corrupt)('merge and report are given %s', async (_what, text) => {
  const path = join(small.outside, 'corrupt.json');
  const merged = join(small.outside, 'merged.json');
  await writeFile(path, text);
  for (const args of [
    ['report', path],
    ['merge', path, path, '--report', `json=${merged}`],
  ]) {
    expectClearError(await small.flakehound(args), 2, [/corrupt\.json/]);
  }
  expect(existsSync(merged)).toBe(false);
});

test('merge and report are given a file that is not there', async () => {
  const path = join(small.outside, 'absent.json');
  for (const command of ['report', 'merge']) {
    expectClearError(await small.flakehound([command, path]), 2, [/absent\.json/]);
  }
});

test('merge is given one report twice', async () => {
  const hunt = await small.hunt(['one', '--runs', '1']);
  const path = join(small.outside, 'twice.json');
  await writeFile(path, JSON.stringify(reportOf(hunt)));
  expectClearError(await small.flakehound(['merge', path, path]), 2, [
    /given twice/,
    /name it once/,
  ]);
});

async function storedHunts(): Promise<string[]> {
  const { stdout } = await small.flakehound(['history', '--json', '--limit', '1000']);
  return stdout.split('\n').filter((line) => line !== '');
}

/** Says what failed and what to type, on stderr, and nothing of our insides. */
function expectClearError(hunt: Finished, exitCode: number, named: readonly RegExp[]): void {
  expect(hunt.exitCode, hunt.stderr).toBe(exitCode);
  for (const words of named) expect(hunt.stderr).toMatch(words);
  expect(hunt.stderr).not.toMatch(/^ {4}at /m);
  expect(hunt.stderr.length).toBeLessThan(2_000);
  expect(hunt.stdout).toBe('');
  expect(hunt.treeChanges).toEqual([]);
  expect(hunt.leftRunning).toEqual([]);
}
