import { afterAll, beforeAll, expect, test } from 'vitest';
import { copySuite, type Finished, reportOf, type Suite } from '../support/e2e.js';
import { outcomesOf, plainRun } from './plainRun.js';

let suite: Suite;
beforeAll(async () => {
  suite = await copySuite('configs');
});
afterAll(() => suite.remove());

test('isolation off, an own sequencer and retries mean what they mean in a plain run', async () => {
  // The hunt first: the plain run leaves a cache in the tree.
  const hunt = await suite.hunt(['--runs', '2']);
  const plain = await plainRun(suite, ['--bail=0']);
  expect(outcomesOf(reportOf(hunt))).toEqual(plain.outcomes);
  const order = plain.finished.state.get('order') ?? '';
  expect(order).toMatch(/^c\/first\nc\/fails\nc\/fails\nb\/first\n/);
  expect(hunt.state.get('order')).toBe(order.repeat(2));
  expect(hunt.treeChanges).toEqual([]);
});

test('bail in the config does not hide tests from the hunt', async () => {
  const report = reportOf(await suite.hunt(['--runs', '2']));
  expect(report.tests).toHaveLength(5);
  for (const t of report.tests) expect(t.attempts, t.name).toBeGreaterThanOrEqual(2);
});

test('a globalSetup that throws is an error of every run and belongs to no file', async () => {
  const hunt = await suite.hunt(['--runs', '2', '--config', 'sets-up-badly.config.ts']);
  expect(hunt.exitCode).toBe(1);
  expect(errorsOf(hunt)).toEqual([[expect.stringContaining('globalSetup failed'), 2]]);
});

test('a teardown that throws is an error of every run', async () => {
  const hunt = await suite.hunt(['--runs', '2', '--config', 'tears-down-badly.config.ts']);
  expect(errorsOf(hunt)).toEqual([[expect.stringContaining('teardown failed'), 2]]);
});

test('CI and NO_COLOR mean what they mean in a plain run', async () => {
  const env = { CI: 'true', NO_COLOR: '1' };
  const files = ['settings', 'snapshots'];
  const meaning = await copySuite('meaning');
  const hunt = await meaning.hunt([...files, '--runs', '1'], { env });
  const plain = await plainRun(meaning, files, env);
  await meaning.remove();
  expect(outcomesOf(reportOf(hunt))).toEqual(plain.outcomes);
  expect(plain.outcomes).toContain('test/settings.test.ts | CI is left alone | failed');
  expect(plain.outcomes).toContain('test/snapshots.test.ts | missing | failed');
});

function errorsOf(hunt: Finished): [string, number][] {
  return reportOf(hunt).errors.map((e) => [e.message, e.count]);
}
