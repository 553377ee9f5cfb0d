import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FlightRecord } from '../../../harness/forkserver/flight.js';
import { flightEvidence } from '../../../harness/runner/flightEvidence.js';
import { identify } from '../../../harness/runner/host/fileTap.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'evidence-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const file = { project: 'unit', file: 'test/a.test.ts' };

async function evidenceOf(records: readonly Partial<FlightRecord>[], tail = '') {
  const path = join(dir, 'flight.jsonl');
  const lines = records.map((r) => JSON.stringify({ w: '1', file: '/repo/test/a.test.ts', ...r }));
  await writeFile(path, `${lines.join('\n')}\n${tail}`);
  return flightEvidence(path, '/repo', file);
}

describe('of a file whose host died', () => {
  test('tests that were running are the culprits, by the identity they always have', async () => {
    const { culprits, ended } = await evidenceOf([
      { e: 'suite', id: 's', name: 's' },
      { e: 'begin', id: '1', name: 's > one' },
      { e: 'begin', id: '2', name: 's > two' },
    ]);
    expect(culprits).toEqual([
      identify('unit', 'test/a.test.ts', 's > one', 0),
      identify('unit', 'test/a.test.ts', 's > two', 0),
    ]);
    expect(ended).toEqual([]);
  });

  test('tests that had ended have their outcome', async () => {
    const error = { name: 'AssertionError', message: 'no', stack: 'at /repo/test/a.test.ts:3:5' };
    const timeout = { message: 'Test timed out in 200ms.' };
    const ends: [string, Partial<FlightRecord>][] = [
      ['passes', { state: 'pass', durationMs: 3 }],
      ['fails', { state: 'fail', durationMs: 4, errors: [error] }],
      ['hangs', { state: 'fail', durationMs: 200, errors: [timeout] }],
      ['skips', { state: 'skip' }],
    ];
    const { culprits, ended } = await evidenceOf(
      ends.flatMap(([name, end]) => [
        { e: 'begin' as const, id: name, name },
        { e: 'end' as const, id: name, ...end },
      ]),
    );
    expect(culprits).toEqual([]);
    expect(ended.map(({ test: who, outcome }) => [who.name, outcome.kind])).toEqual([
      ['passes', 'passed'],
      ['fails', 'failed'],
      ['hangs', 'timedOut'],
      ['skips', 'skipped'],
    ]);
    expect(ended[1]?.outcome).toMatchObject({
      durationMs: 4,
      failure: { name: 'AssertionError', message: 'no', frame: 'test/a.test.ts:3:5' },
    });
  });

  test('tests of one name are numbered in the order they ran in', async () => {
    const { culprits, ended } = await evidenceOf([
      { e: 'begin', id: '1', name: 'twin' },
      { e: 'end', id: '1', state: 'pass' },
      { e: 'begin', id: '2', name: 'twin' },
    ]);
    expect(ended.map(({ test: who }) => who.ordinal)).toEqual([0]);
    expect(culprits.map(({ ordinal }) => ordinal)).toEqual([1]);
  });

  test('other files say nothing, nor does a line that the crash cut', async () => {
    const { culprits, ended } = await evidenceOf(
      [
        { e: 'begin', id: '1', name: 'elsewhere', file: '/repo/test/b.test.ts' },
        { e: 'begin', id: '2', name: 'mine' },
      ],
      '{"w":"1","e":"end","id":"2","sta',
    );
    expect(culprits.map(({ name }) => name)).toEqual(['mine']);
    expect(ended).toEqual([]);
  });
});

test('without a recording there is no evidence', () => {
  expect(flightEvidence(join(dir, 'missing'), '/repo', file)).toEqual({ culprits: [], ended: [] });
});
