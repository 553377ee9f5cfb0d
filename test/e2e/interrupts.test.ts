import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { copySuite, type Finished, reportOf, type Started, type Suite } from '../support/e2e.js';

let suite: Suite;
beforeAll(async () => {
  suite = await copySuite('slow');
});
afterAll(() => suite.remove());

describe('Ctrl-C once', () => {
  let hunt: Finished;
  beforeAll(async () => {
    const started = await inSecondRun();
    started.interrupt();
    hunt = await started.finished;
  });

  test('exits with 130 and prints the partial report', () => {
    expect(hunt.exitCode).toBe(130);
    expect(hunt.stdout).toMatch(/stable|unproven/);
    expect(hunt.stdout + hunt.stderr).toMatch(/interrupted/i);
  });

  test('writes the partial report: nothing that had ended is lost', () => {
    const report = reportOf(hunt);
    expect(report.hunt).toMatchObject({ interrupted: true, stopped: 'interrupted' });
    expect(report.hunt.runs.done).toBeGreaterThanOrEqual(1);
    const slow = report.tests.filter((t) => t.name === 'takes a while');
    expect(slow).toHaveLength(3);
    const ended = slow.reduce((sum, t) => sum + t.passed, 0);
    const seen = countIn(hunt.state.get('spans') ?? '', 'end');
    // The last ones may have ended and not been heard of yet.
    expect(ended).toBeGreaterThanOrEqual(seen - 2);
    expect(ended).toBeLessThanOrEqual(seen);
  });

  test('a test that was cut off has not failed', () => {
    const found = reportOf(hunt).tests.map((t) => t.failed + t.timedOut + t.crashed);
    expect(new Set(found)).toEqual(new Set([0]));
  });

  test('leaves no process and no file', () => expectNothingLeft(hunt));
});

test('an interrupt for the command line alone stops all of it too', async () => {
  const started = await inSecondRun();
  started.kill('SIGINT');
  const hunt = await started.finished;
  expect(hunt.exitCode).toBe(130);
  expect(reportOf(hunt).hunt.interrupted).toBe(true);
  expectNothingLeft(hunt);
});

test('SIGTERM ends it as Ctrl-C does', async () => {
  const started = await inSecondRun();
  started.kill('SIGTERM');
  const hunt = await started.finished;
  expect(hunt.exitCode).not.toBe(0);
  expectNothingLeft(hunt);
});

test('Ctrl-C twice stops at once', async () => {
  const started = await inSecondRun();
  started.interrupt();
  started.interrupt();
  const hunt = await started.finished;
  expect(hunt.exitCode).toBe(130);
  expect(hunt.leftRunning).toEqual([]);
  expect(hunt.treeChanges).toEqual([]);
});

test('Ctrl-C while the suite is still being opened stops it', async () => {
  const started = await suite.startHunt(['--runs', '500']);
  await vi.waitFor(() => expect(hasChild(started.pid)).toBe(true), waiting);
  started.interrupt();
  const hunt = await started.finished;
  expect(hunt.exitCode).toBe(130);
  expectNothingLeft(hunt);
});

test('a command line that is killed leaves no process', async () => {
  const started = await inSecondRun();
  started.kill('SIGKILL');
  const hunt = await started.finished;
  expect(hunt.signal).toBe('SIGKILL');
  expect(hunt.leftRunning).toEqual([]);
  expect(hunt.treeChanges).toEqual([]);
});

const waiting = { timeout: 150_000, interval: 20 };

/** A hunt whose first run is over and whose second has tests under way. */
async function inSecondRun(): Promise<Started> {
  const started = await suite.startHunt(['--runs', '500', '--timeout', '30s']);
  const spans = join(started.statePath, 'spans');
  await vi.waitFor(() => {
    const text = existsSync(spans) ? readFileSync(spans, 'utf8') : '';
    expect(countIn(text, 'begin')).toBeGreaterThanOrEqual(5);
  }, waiting);
  return started;
}

/** Whether the process has started another: the one that opens the suite. */
function hasChild(pid: number): boolean {
  const children = `/proc/${pid}/task/${pid}/children`;
  return !existsSync(children) || readFileSync(children, 'utf8').trim() !== '';
}

function expectNothingLeft(hunt: Finished): void {
  expect(hunt.leftRunning).toEqual([]);
  expect(hunt.treeChanges).toEqual([]);
  expect(hunt.leftInTmp).toEqual([]);
}

const countIn = (text: string, word: string): number => text.split(word).length - 1;
