import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../../../harness/cli/runCli.js';
import { fakeIo } from '../../support/fakeIo.js';

let cwd = '';
let remove: () => Promise<void>;
beforeEach(async () => {
  const folder = await dir({ unsafeCleanup: true });
  cwd = folder.path;
  remove = folder.cleanup;
});
afterEach(() => remove());

async function type(...argv: string[]) {
  const io = fakeIo({ cwd });
  const code = await runCli(argv, { version: '1.2.3', io });
  return { code, out: io.out.text, err: io.err.text, opened: io.executor.opened };
}

describe('what is wrong on the command line is named, with what was expected, and exits with 2', () => {
  test.each([
    ['', 'no command was given', 'hunt, merge, report, history, compare, store, doctor'],
    ['hnt', "unknown command 'hnt'", 'Did you mean hunt?'],
    ['hunt --rnus 3', "unknown option '--rnus'", 'Did you mean --runs?'],
    ['hunt --ui', "unknown option '--ui'", '--help'],
    ['hunt --runs', "option '--runs <n>' argument missing", '--help'],
    ['hunt --runs 0', "argument '0' is invalid", 'at least 1'],
    ['hunt --runs -3', "argument '-3' is invalid", 'at least 1'],
    ['hunt --runs 1.5', "argument '1.5' is invalid", 'whole number'],
    ['hunt --runs 1e3', "argument '1e3' is invalid", 'whole number'],
    ['hunt --runs many', "argument 'many' is invalid", 'whole number'],
    ['hunt --for 10', "argument '10' is invalid", 'type 10m or 90s'],
    ['hunt --for 0s', "argument '0s' is invalid", 'above 0'],
    ['hunt --for 5d', "argument '5d' is invalid", 'ms, s, m or h'],
    ['hunt --for m', "argument 'm' is invalid", 'ms, s, m or h'],
    ['hunt --timeout soon', "argument 'soon' is invalid", 'type 10m or 90s'],
    ['hunt --prove 150%', "argument '150%' is invalid", 'below 100 %'],
    ['hunt --prove 100%', "argument '100%' is invalid", 'below 100 %'],
    ['hunt --prove 1', "argument '1' is invalid", 'type 1% or 0.01'],
    ['hunt --prove 0', "argument '0' is invalid", 'above 0 %'],
    ['hunt --prove -1%', "argument '-1%' is invalid", 'above 0 %'],
    ['hunt --confidence 95', "argument '95' is invalid", 'below 100 %'],
    ['hunt --confidence 1', "argument '1' is invalid", 'below 100 %'],
    ['hunt --order random', "argument 'random' is invalid", 'declared, shuffled'],
    [
      'hunt --conditions fast',
      "argument 'fast' is invalid",
      'baseline, shuffled, serial, stressed',
    ],
    ['hunt --conditions serial,serial', "argument 'serial,serial' is invalid", 'each once'],
    ['hunt --conditions serial,', "argument 'serial,' is invalid", 'each once'],
    [
      'hunt --order shuffled --conditions baseline,shuffled',
      '--conditions shuffled adds none',
      'drop',
    ],
    ['hunt --seed -1', "argument '-1' is invalid", '0 to 2147483647'],
    ['hunt --seed 2147483648', "argument '2147483648' is invalid", '0 to 2147483647'],
    ['hunt --workers 0', "argument '0' is invalid", 'at least 1'],
    ['hunt --shard 0/3', "argument '0/3' is invalid", '1/3'],
    ['hunt --shard 4/3', "argument '4/3' is invalid", '1/3'],
    ['hunt --shard 2', "argument '2' is invalid", '1/3'],
    ['hunt --fail-on all', "argument 'all' is invalid", 'flaky, broken, never'],
    ['hunt --via magic', "argument 'magic' is invalid", 'auto, vitest'],
    ['hunt --global-setup never', "argument 'never' is invalid", 'everyRun, once'],
    ['hunt --report html=a.html', 'unknown kind html', 'json, junit, md, github'],
    ['hunt --report json', '--report json names no file', '--report json=FILE'],
    ['hunt --report json=', '--report json= names no file', '--report json=FILE'],
    ['hunt --report =a.json', 'no kind', 'json, junit, md, github'],
    ['hunt --report json=a --report md=./a', 'twice', '--report md='],
    ['hunt --report json=nowhere/a.json', 'nowhere/a.json', 'a folder that exists'],
    ['merge', "missing required argument 'files'", '--help'],
    ['merge nothing.json', 'nothing.json', 'flakehound hunt --report json=FILE'],
    ['merge nothing.json --report json=nowhere/a.json', 'nowhere/a.json', 'a folder that exists'],
    ['report', 'no stored hunt', 'flakehound hunt stores one'],
    ['report a.json b.json', 'too many arguments', '--help'],
    ['report nothing.json', 'nothing.json', 'flakehound hunt --report json=FILE'],
    ['report --runs 3', "unknown option '--runs'", '--help'],
    ['history', 'no hunt is stored', 'flakehound hunt stores one'],
    ['history --limit 0', "argument '0' is invalid", 'at least 1'],
    ['history --test a src/b', "src/b can't be given", 'in front of the name'],
    ['compare one', "missing required argument 'after'", '--help'],
    ['compare one two', 'one is no stored hunt', 'flakehound history'],
    ['compare one two --confidence 2', "argument '2' is invalid", 'below 100 %'],
    ['hunt --resume', 'no unfinished hunt', 'flakehound hunt starts one'],
    ['hunt --resume --seed 3', "--seed can't be given", 'drop --seed'],
    ['doctor --report json=a', "unknown option '--report'", '--help'],
  ])('%s', async (line, named, expected) => {
    const { code, out, err, opened } = await type(...line.split(' ').filter((word) => word !== ''));
    expect(err.replace(/\s+/g, ' ')).toContain(named);
    expect(err.replace(/\s+/g, ' ')).toContain(expected);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(opened).toBe(0);
    expect(await readdir(cwd)).toEqual([]);
  });

  test('a report path that is a folder', async () => {
    await mkdir(join(cwd, 'folder'));
    const { code, err } = await type('hunt', '--report', 'json=folder');
    expect([code, err]).toEqual([2, expect.stringContaining('it is a folder')]);
  });

  test('a report path that is a device, which a rename would replace', async () => {
    const { code, err } = await type('hunt', '--report', 'json=/dev/null');
    expect([code, err]).toEqual([2, expect.stringContaining('no regular file')]);
  });

  test.each([
    ['empty', ''],
    ['cut off', '{"schemaVersion":1,"hunt":{'],
    ['no report', '{"schemaVersion":1}'],
    ['of a later version', '{"schemaVersion":99}'],
  ])('a report that is %s', async (_, text) => {
    await writeFile(join(cwd, 'bad.json'), text);
    for (const command of ['merge', 'report']) {
      const { code, out, err } = await type(command, 'bad.json', '--report', 'md=out.md');
      expect([code, out, err]).toEqual([2, '', expect.stringContaining('bad.json')]);
    }
    expect(await readdir(cwd)).toEqual(['bad.json']);
  });
});

test.each([
  ['--help'],
  ['hunt --help'],
  ['merge --help'],
  ['report --help'],
  ['history --help'],
  ['compare --help'],
  ['store --help'],
  ['doctor --help'],
])('%s goes to stdout and exits with 0', async (line) => {
  const { code, out, err } = await type(...line.split(' '));
  expect([code, out, err]).toEqual([0, expect.stringContaining('Usage: flakehound'), '']);
});

test('--version prints the version alone', async () => {
  expect(await type('--version')).toMatchObject({ code: 0, out: '1.2.3\n' });
});

test('the help lists no report and no option that does not exist yet', async () => {
  const { out } = await type('hunt', '--help');
  expect(out).not.toMatch(/html|--ui/);
});
