import { execFile } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HuntReport } from '../../harness/stats/huntReport.js';
import { copySuite, countsOf, type Finished, reportOf, type Suite } from '../support/e2e.js';

let suite: Suite;
beforeAll(async () => {
  suite = await copySuite('small');
});
afterAll(() => suite.remove());

test('filters and -t choose tests as in Vitest; the others are skipped', async () => {
  const report = reportOf(await suite.hunt(['one', 'two', '-t', '^b$', '--runs', '2']));
  const attempted = report.tests.filter((t) => t.attempts > 0);
  expect(attempted.map((t) => `${t.file} ${t.name} ${countsOf(t)}`).sort()).toEqual([
    'test/one.test.ts b passed 2',
    'test/two.test.ts b passed 2',
  ]);
});

test('--root, --config and report paths work from any folder', async () => {
  const args = ['one', '--root', suite.root, '--config', 'vitest.config.ts', '--runs', '1'];
  const cwd = suite.outside;
  const hunt = await suite.hunt([...args, '--report', 'md=from-here.md'], { cwd });
  expect(hunt.exitCode).toBe(0);
  expect(reportOf(hunt).hunt.root).toBe(suite.root);
  expect(hunt.treeChanges).toEqual([]);
});

test('--project leaves out the other projects', async () => {
  const meaning = await copySuite('meaning');
  const report = reportOf(await meaning.hunt(['both', '--project', 'twin', '--runs', '1']));
  await meaning.remove();
  expect(report.tests.map((t) => [t.project, t.name]).sort()).toEqual([
    ['twin', 'fails in the twin only'],
    ['twin', 'knows its project'],
  ]);
});

test('shards, merged, are the whole', async () => {
  const args = ['--runs', '4', '--seed', '3'];
  const paths = ['1/2', '2/2'].map((shard) =>
    join(suite.outside, `${shard.replace('/', '-')}.json`),
  );
  const parts: Finished[] = [];
  for (const [at, path] of paths.entries()) {
    const shard = ['--shard', `${at + 1}/2`, '--report', `json=${path}`];
    parts.push(await suite.hunt([...args, ...shard]));
  }
  const merged = await suite.flakehound(['merge', ...paths, '--report', 'json=merged.json'], {
    cwd: suite.outside,
  });
  expect(merged.exitCode).toBe(1);
  const whole = await suite.hunt(args);
  const again = await suite.flakehound(['report', 'merged.json'], { cwd: suite.outside });
  expect(again.exitCode).toBe(0);
  const [one, two] = parts.map((part) => countsIn(reportOf(part)));
  expect(Math.min(one?.length ?? 0, two?.length ?? 0)).toBeGreaterThan(0);
  expect(countsIn(await readJson(join(suite.outside, 'merged.json')))).toEqual(
    countsIn(reportOf(whole)),
  );
});

test('--changed hunts what depends on changed files', async () => {
  const copy = await copySuite('small');
  const git = (...args: string[]) => gitIn(copy.root, args);
  await writeFile(join(copy.root, '.gitignore'), 'node_modules\n.flakehound\n');
  await git('init', '--quiet');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'all');
  const none = await copy.hunt(['--changed', '--runs', '1']);
  await appendFile(join(copy.root, 'count.ts'), '// changed\n');
  const some = await copy.hunt(['--changed', '--runs', '1', '--fail-on', 'never']);
  await copy.remove();
  expect(none.exitCode).toBe(0);
  expect(none.stdout + none.stderr).toMatch(/no test file depends on what changed/);
  expect(filesIn(reportOf(some))).toEqual(['test/flaky.test.ts']);
});

async function gitIn(cwd: string, args: readonly string[]): Promise<void> {
  const who = ['-c', 'user.name=someone', '-c', 'user.email=someone@example.org'];
  await promisify(execFile)('git', [...who, ...args], { cwd });
}

async function readJson(path: string): Promise<HuntReport> {
  return JSON.parse(await readFile(path, 'utf8')) as HuntReport;
}

const filesIn = (report: HuntReport): string[] => [...new Set(report.tests.map((t) => t.file))];

function countsIn(report: HuntReport): string[] {
  return report.tests.map((t) => `${t.id} ${t.file} ${t.name} ${countsOf(t)} ${t.verdict}`).sort();
}
