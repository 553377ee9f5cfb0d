import { readdir } from 'node:fs/promises';
import { dir } from 'tmp-promise';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../../../harness/cli/runCli.js';
import { FlakehoundError } from '../../../../src/index.js';
import { type FakeSuite, fakeFile } from '../../../support/fakeExecutor.js';
import { type FakeIo, fakeIo } from '../../../support/fakeIo.js';

let cwd = '';
let remove: () => Promise<void>;
beforeEach(async () => {
  const folder = await dir({ unsafeCleanup: true });
  cwd = folder.path;
  remove = folder.cleanup;
});
afterEach(() => remove());

async function doctor(suite: FakeSuite): Promise<{ io: FakeIo; code: number }> {
  const io = fakeIo({ cwd, suite });
  return { io, code: await runCli(['doctor'], { version: '0.0.0', io }) };
}

test('a sound suite is described, nothing runs and nothing is written', async () => {
  const { io, code } = await doctor({
    files: [fakeFile('a.test.ts', {}, { project: 'unit' }), fakeFile('b.test.ts')],
    notices: [{ type: 'noticeGiven', code: 'SHARED_TMP', message: 'files share a folder' }],
  });
  expect(code).toBe(0);
  expect(io.out.text).toMatch(/^ok +vitest +4\.1\.12$/m);
  expect(io.out.text).toMatch(/^ok +files +2$/m);
  expect(io.out.text).toMatch(/^ok +projects +unit$/m);
  expect(io.out.text).toMatch(/^note +notice +files share a folder \(SHARED_TMP\)$/m);
  expect(io.executor).toMatchObject({ plans: [], closed: 1 });
  expect(await readdir(cwd)).toEqual([]);
});

test.each([
  ['ENV_ROOT', 'root', []],
  ['ENV_NO_VITEST', 'vitest', ['root']],
  ['ENV_CONFIG', 'config', ['root', 'vitest']],
  ['USAGE_NO_TESTS', 'files', ['root', 'vitest', 'config', 'projects']],
  ['ENV_HOST_LOST', 'suite', []],
] as const)('%s stands in the way at %s, with what to do', async (code, what, fine) => {
  const openFails = new FlakehoundError(code, 'no way', { hint: 'do that' });
  const { io, code: exit } = await doctor({ openFails });
  expect(exit).toBe(3);
  expect(io.out.text).toMatch(new RegExp(`^fail +${what} +no way \\(${code}\\)$`, 'm'));
  expect(io.out.text).toMatch(/^note +next +do that$/m);
  const passed = [...io.out.text.matchAll(/^ok +(\S+)/gm)].map(([, name]) => name);
  expect(passed).toEqual(['node', ...fine]);
});

test('our own error is no finding about the suite', async () => {
  expect((await doctor({ openFails: new TypeError('x is undefined') })).code).toBe(70);
});

test('Ctrl-C takes back an opening that lasts', async () => {
  const io = fakeIo({ cwd, suite: { openHangs: true, openFails: new Error('closed') } });
  const running = runCli(['doctor'], { version: '0.0.0', io });
  while (io.executor.opened === 0) await new Promise(setImmediate);
  io.abort();
  expect(await running).toBe(130);
});
