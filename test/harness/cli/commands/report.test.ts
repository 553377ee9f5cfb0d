import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../../../harness/cli/runCli.js';
import { type FakeSuite, fakeFile } from '../../../support/fakeExecutor.js';
import { fakeIo } from '../../../support/fakeIo.js';
import { storedHunt } from './stored.js';

const failing = (name: string): FakeSuite => ({
  files: [fakeFile('a.test.ts', { [name]: 'failed' })],
});

let cwd = '';
let remove: () => Promise<void>;
beforeEach(async () => {
  const folder = await dir({ unsafeCleanup: true });
  cwd = folder.path;
  remove = folder.cleanup;
  await mkdir(join(cwd, '.flakehound/hunts'), { recursive: true });
  for (const id of ['20260101T0000', '20260103T0000', '20260102T0000']) {
    const json = await storedHunt(id, failing(`of ${id}`));
    await writeFile(join(cwd, '.flakehound/hunts', `${id}.json`), json);
  }
  await writeFile(join(cwd, 'other.json'), await storedHunt('other', failing('of another place')));
});
afterEach(() => remove());

async function report(...argv: string[]) {
  const io = fakeIo({ cwd });
  const code = await runCli(['report', ...argv], { version: '0.0.0', io });
  return { code, out: io.out.text, err: io.err.text };
}

test('the last hunt of the root is shown, whatever was found in it', async () => {
  const { code, out } = await report();
  expect(code).toBe(0);
  expect(out).toContain('of 20260103T0000');
});

test('a half-written file left by a crash is no hunt', async () => {
  await writeFile(join(cwd, '.flakehound/hunts/.20269999.json.abc.tmp'), '{');
  expect((await report()).out).toContain('of 20260103T0000');
});

test('--root names whose last hunt', async () => {
  const io = fakeIo({ cwd: '/' });
  expect(await runCli(['report', '--root', cwd], { version: '0.0.0', io })).toBe(0);
  expect(io.out.text).toContain('of 20260103T0000');
});

test('a named file is shown instead', async () => {
  expect((await report('other.json')).out).toContain('of another place');
});

test('it is written in any format', async () => {
  await report('other.json', '--report', 'md=a.md', '--report', 'junit=a.xml');
  expect(await readdir(cwd)).toEqual(expect.arrayContaining(['a.md', 'a.xml']));
  expect(await readFile(join(cwd, 'a.md'), 'utf8')).toContain('of another place');
});
