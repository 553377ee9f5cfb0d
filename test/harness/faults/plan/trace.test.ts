import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../../harness/faults/interceptor.js';
import { delay, fail } from '../../../../harness/faults/plan/effects.js';
import {
  expectExhausted,
  expectGlobsMatched,
  expectUntouched,
} from '../../../../harness/faults/plan/expectations.js';
import { explainTrace } from '../../../../harness/faults/plan/explain.js';
import type { PlanRun } from '../../../../harness/faults/plan/planRun.js';
import { operation, outcomeOf, runOf } from './planFakes.js';

const pass = (run: PlanRun, asked: Operation, result?: unknown): string =>
  outcomeOf(() => run.sync(asked, () => result));

function messageOf(call: () => void): string {
  try {
    call();
    return 'held';
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
}

describe('the trace', () => {
  test('keeps what happened, in order, with times on the clock of the plan', () => {
    const run = runOf({ on: 'rename', effect: delay(20) }, { on: 'rename', effect: fail('EBUSY') });
    pass(run, operation('stat'), { constructor: { name: 'Stats' } });
    pass(run, operation('rename', { dest: '/data/new', args: ['/data/jobs.json', '/data/new'] }));
    expect(run.trace).toMatchObject([
      { ordinal: 1, operation: 'stat', result: '<Stats>', fault: undefined, startedAt: 0 },
      {
        ordinal: 2,
        operation: 'rename',
        path: '/data/jobs.json',
        dest: '/data/new',
        args: ['/data/jobs.json', '/data/new'],
        fault: "delay(20), fail('EBUSY')",
        error: { code: 'EBUSY' },
        startedAt: 0,
        durationMs: 20,
      },
    ]);
  });

  test('sums bytes and objects up, and cuts long texts', () => {
    const run = runOf();
    const args = [7, Buffer.alloc(9), { bigint: true }, 'x'.repeat(100), null, new Date(0)];
    pass(run, operation('write', { args }), 9);
    expect(run.trace[0]?.args).toEqual([
      7,
      '<9 bytes>',
      '{ bigint: true }',
      `${'x'.repeat(80)}… (100)`,
      null,
      '1970-01-01T00:00:00.000Z',
    ]);
  });

  test('names the line of the code that called', () => {
    const run = runOf();
    const saveJobs = (): string => pass(run, operation('rename'));
    saveJobs();
    expect(run.trace[0]?.callSite).toMatch(/trace\.test\.ts:\d+:\d+/);
  });

  test('names it for a later part of a composite call too, when nobody is on the stack', async () => {
    const run = runOf();
    const part = { form: 'callback', within: 'writeFile' } as const;
    const write = { ...part, fd: 7, args: [7, Buffer.from('a'), 0, 1, null] };
    await run.async(operation('open', part), async () => 7);
    await new Promise<void>((resolve) => {
      setImmediate(run.async.bind(run), operation('write', write), async () => 1);
      setImmediate(resolve);
    });
    expect(run.trace[1]?.callSite).toBe(run.trace[0]?.callSite);
    expect(run.trace[1]?.callSite).toMatch(/trace\.test\.ts/);
  });

  test('explains itself as a table', () => {
    const run = runOf({ on: 'rename', effect: fail('EBUSY') });
    pass(run, operation('open', { within: 'writeFile' }), 7);
    pass(run, operation('rename', { dest: '/data/new' }));
    const lines = explainTrace(run.trace)
      .split('\n')
      .map((line) => line.replace(/\s+(called from|\S*trace\.test.*)$/, ''));
    expect(lines).toEqual([
      '#  at ms  took  operation        path                         outcome  fault',
      '1  0      0     writeFile: open  /data/jobs.json              7',
      "2  0      0     rename           /data/jobs.json → /data/new  EBUSY    fail('EBUSY')",
    ]);
    expect(explainTrace([])).toBe('no file system operation happened under this plan');
  });
});

describe('expectations', () => {
  test('a rule is exhausted once it fired as often as it can', () => {
    const run = runOf({ on: 'rename', times: 2, effect: fail('EBUSY') });
    pass(run, operation('rename'));
    expect(messageOf(() => expectExhausted(run))).toBe(
      "FAULTS_NOT_EXHAUSTED: 1 of 1 faults did not fire as often as they could:\n✗ on('rename', { times: 2 }).fail('EBUSY'): matched 1, fired 1 of 2",
    );
    pass(run, operation('rename'));
    expect(messageOf(() => expectExhausted(run))).toBe('held');
  });

  test.each([
    { on: 'rename', path: '**/job.json', told: 'paths seen: /data/jobs.json, /data/x' },
    { on: 'unlink', path: undefined, told: 'operations seen: rename 2×' },
  ] as const)('one that matched nothing names what was near: $told', ({ on, path, told }) => {
    const run = runOf({ on, ...(path && { path }), effect: fail('EBUSY') });
    pass(run, operation('rename'));
    pass(run, operation('rename', { path: '/data/x' }));
    expect(messageOf(() => expectExhausted(run))).toContain(told);
  });

  test('nothing happened at all', () => {
    const run = runOf({ on: 'rename', effect: fail('EBUSY') });
    expect(messageOf(() => expectExhausted(run))).toContain('no operation happened at all');
  });

  test('untouched means that no rule fired, matched or not', () => {
    const run = runOf({ on: 'rename', nth: 2, effect: fail('EBUSY') });
    pass(run, operation('rename'));
    expect(messageOf(() => expectUntouched(run))).toBe('held');
    pass(run, operation('rename'));
    expect(messageOf(() => expectUntouched(run))).toMatch(
      /FAULTS_TOUCHED: 1 of 1 faults fired:\n✗ on\('rename', \{ nth: 2 \}\)\.fail\('EBUSY'\): matched 2, fired 1\n {4}2\. rename/,
    );
  });

  test('a glob that matched no path names those that were seen', () => {
    const run = runOf({ on: 'unlink', path: '/data/*.jsn', effect: fail('EBUSY') });
    pass(run, operation('rename'));
    expect(messageOf(() => expectGlobsMatched(run))).toBe(
      "FAULTS_GLOB: the glob '/data/*.jsn' matched no path; paths seen: /data/jobs.json",
    );
    pass(run, operation('rename', { path: '/data/a.jsn' }));
    expect(messageOf(() => expectGlobsMatched(run))).toBe('held');
  });
});
