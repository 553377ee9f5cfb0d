import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FlightRecord } from '../../../../harness/forkserver/flight.js';
import { FlightLog } from '../../../../harness/runner/host/flightLog.js';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'flight-log-'));
  path = join(dir, 'flight.jsonl');
  await writeFile(path, '');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function aLog(...records: Omit<FlightRecord, 'w'>[]): Promise<FlightLog> {
  for (const record of records)
    await appendFile(path, `${JSON.stringify({ w: '3', ...record })}\n`);
  return new FlightLog(path);
}

describe('what was running', () => {
  test('is each test begun and not ended, in that order', async () => {
    const log = await aLog(
      { e: 'suite', id: 's' },
      { e: 'begin', id: 'a' },
      { e: 'begin', id: 'b' },
      { e: 'begin', id: 'c' },
      { e: 'end', id: 'b', state: 'pass' },
    );
    expect(log.running(3)).toEqual(['a', 'c']);
  });

  test('is, between tests, the innermost suite first', async () => {
    const log = await aLog(
      { e: 'suite', id: 'file' },
      { e: 'suite', id: 'outer' },
      { e: 'suite', id: 'inner' },
      { e: 'begin', id: 'a' },
      { e: 'end', id: 'a', state: 'pass' },
    );
    expect(log.running(3)).toEqual(['inner', 'outer', 'file']);
  });

  test('is nothing of another worker’s', async () => {
    await aLog({ e: 'begin', id: 'a' });
    expect(new FlightLog(path).running(30)).toEqual([]);
    expect(new FlightLog(path).recorded(30)).toEqual([]);
  });
});

test('ended tests become results such as a worker sends', async () => {
  const log = await aLog(
    { e: 'begin', id: 'a' },
    { e: 'end', id: 'a', state: 'pass', durationMs: 4, retryCount: 1, errors: [{ message: 'x' }] },
    { e: 'end', id: 'b', state: 'fail', repeatCount: 2 },
    { e: 'end', id: 'c' },
  );
  expect(log.recorded(3)).toEqual([
    ['a', { state: 'pass', duration: 4, retryCount: 1, errors: [{ message: 'x' }] }],
    ['b', { state: 'fail', repeatCount: 2 }],
  ]);
});

test('clearing empties the file for writers that keep it open', async () => {
  const log = await aLog({ e: 'begin', id: 'a' });
  log.clear();
  expect(await readFile(path, 'utf8')).toBe('');
  await aLog({ e: 'begin', id: 'b' });
  expect(log.running(3)).toEqual(['b']);
});

test.each([
  ['before a run', (log: FlightLog) => log.clear()],
  ['after a run', (log: FlightLog) => log.demandFolder()],
])(
  'a temporary folder removed under the hunt is named %s, not told as broken tests',
  async (_when, look) => {
    const log = await aLog();
    await rm(dir, { recursive: true });
    expect(() => look(log)).toThrow(
      expect.objectContaining({ code: 'ENV_HOST_LOST', message: expect.stringContaining(dir) }),
    );
  },
);
