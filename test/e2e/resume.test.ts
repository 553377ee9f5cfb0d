import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { copySuite, type Finished, reportOf, type Started, type Suite } from '../support/e2e.js';

let suite: Suite;
beforeAll(async () => {
  suite = await copySuite('slow');
});
afterAll(() => suite.remove());

const waiting = { timeout: 150_000, interval: 20 };
const countIn = (text: string, word: string): number => text.split(word).length - 1;

/** Kills a hunt, as a power cut would, once so many of its slow tests have begun. */
async function killAfter(begun: number, args: readonly string[]): Promise<Finished> {
  const started: Started = await suite.startHunt(args);
  const spans = join(started.statePath, 'spans');
  await vi.waitFor(() => {
    const text = existsSync(spans) ? readFileSync(spans, 'utf8') : '';
    expect(countIn(text, 'begin')).toBeGreaterThanOrEqual(begun);
  }, waiting);
  started.kill('SIGKILL');
  return started.finished;
}

/** How many runs this process carried out, at least in part: three slow tests each. */
const runsIn = (hunt: Finished): number =>
  Math.ceil(countIn(hunt.state.get('spans') ?? '', 'begin') / 3);

test('a hunt that is killed twice goes on each time where it was', async () => {
  const first = await killAfter(5, ['--runs', '5', '--seed', '7']);
  expect(first.signal).toBe('SIGKILL');
  const second = await killAfter(5, ['--resume']);
  expect(second.signal).toBe('SIGKILL');
  const last = await suite.hunt(['--resume']);
  expect(last.exitCode, last.stderr).toBe(0);
  expect(last.stderr).toMatch(/resuming hunt \S+: [2-4] of 5 runs are done/);
  const report = reportOf(last);
  expect(report.hunt).toMatchObject({ seed: 7, runs: { asked: 5, done: 5 }, stopped: 'runsDone' });
  for (const one of report.tests.filter(({ name }) => name === 'takes a while')) {
    expect([one.attempts, one.passed]).toEqual([5, 5]);
  }
  // Each kill costs at most the run under way.
  const carriedOut = [first, second, last].reduce((sum, hunt) => sum + runsIn(hunt), 0);
  expect(carriedOut).toBeLessThanOrEqual(7);
  const history = await suite.flakehound(['history', '--json']);
  const lines = history.stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ status: 'completed', runs: { done: 5 } });
});

test('a hunt whose tests have changed meanwhile does not go on', async () => {
  await killAfter(5, ['--runs', '3']);
  await writeFile(
    join(suite.root, 'test/more.test.ts'),
    "import { test } from 'vitest';\ntest('x', () => {});\n",
  );
  const refused = await suite.hunt(['--resume']);
  expect([refused.exitCode, refused.stdout]).toEqual([3, '']);
  expect(refused.stderr).toContain('HISTORY_TREE_CHANGED');
  expect(refused.stderr).toContain('flakehound hunt --seed');
});
