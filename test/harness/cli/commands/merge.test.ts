import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../../../harness/cli/runCli.js';
import { parseReport } from '../../../../harness/report/json.js';
import { fakeFile } from '../../../support/fakeExecutor.js';
import { fakeIo } from '../../../support/fakeIo.js';
import { storedHunt } from './stored.js';

let cwd = '';
let remove: () => Promise<void>;
beforeEach(async () => {
  const folder = await dir({ unsafeCleanup: true });
  cwd = folder.path;
  remove = folder.cleanup;
  const stable = { files: [fakeFile('a.test.ts')] };
  const flaky = {
    files: [fakeFile('a.test.ts', { passes: (run) => (run > 1 ? 'passed' : 'failed') })],
  };
  await writeFile(join(cwd, 'one.json'), await storedHunt('one', stable));
  await writeFile(join(cwd, 'two.json'), await storedHunt('two', flaky));
});
afterEach(() => remove());

async function merge(...argv: string[]) {
  const io = fakeIo({ cwd });
  const code = await runCli(['merge', ...argv], { version: '0.0.0', io });
  return { code, out: io.out.text, err: io.err.text };
}

test('the merged result is printed, written and judged', async () => {
  const { code, out } = await merge('one.json', 'two.json', '--report', 'json=all.json');
  expect(code).toBe(1);
  expect(out).toContain('1 flaky');
  const merged = parseReport(await readFile(join(cwd, 'all.json'), 'utf8'), 'all.json');
  expect(merged.tests).toMatchObject([{ verdict: 'flaky', attempts: 8, failed: 1 }]);
});

test('it is judged as --fail-on says', async () => {
  expect((await merge('one.json', 'two.json', '--fail-on', 'broken')).code).toBe(0);
});

test('the same hunt given twice is refused, and nothing is written', async () => {
  const { code, err } = await merge('one.json', 'one.json', '--report', 'json=all.json');
  expect(code).toBe(2);
  expect(err).toContain('twice');
  expect((await readdir(cwd)).sort()).toEqual(['one.json', 'two.json']);
});

test('one corrupt report among sound ones is named, and nothing is printed', async () => {
  await writeFile(join(cwd, 'bad.json'), '{"schemaVersion":1,');
  const { code, out, err } = await merge('one.json', 'bad.json', '--report', 'json=all.json');
  expect([code, out, err]).toEqual([2, '', expect.stringContaining('bad.json')]);
});
