import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FlakehoundError } from '../../../src/errors.js';
import { openStore } from '../../../src/openStore.js';
import { type Compiled, compileScripts } from './compiled.js';
import { spawnWriters } from './crew.js';
import type { FullDiskReport } from './fullDisk.js';
import { killCycles } from './killCycles.js';
import { type DiskKind, onSmallDisk } from './smallDisk.js';
import { contradictions, takeovers } from './takeovers.js';
import { hostWriters } from './writerHost.js';

let compiled: Compiled;
let dir: string;
beforeAll(() => {
  compiled = compileScripts();
  dir = mkdtempSync(join(tmpdir(), 'fh-processes-'));
});
afterAll(() => {
  compiled.remove();
  rmSync(dir, { recursive: true, force: true });
});

test('what killed processes were told is there, whoever takes over', {
  timeout: 300_000,
}, async () => {
  const spawned = spawnWriters(compiled.script('writer'));
  const host = await hostWriters(compiled.script('writerTemplate'));
  const tally = await killCycles({
    folders: [
      { dir: join(dir, 'spawned'), start: spawned },
      { dir: join(dir, 'forked'), start: host?.start ?? spawned },
    ],
    cycles: 15,
    seed: 4,
  });
  await host?.close();
  expect(tally.broken).toEqual([]);
  expect(tally).toMatchObject({ cycles: 15 });
  expect(tally.acknowledged).toBeGreaterThan(100);
  expect(tally.owners).toBeGreaterThan(0);
});

test('of eight that take over at once, one acknowledges', { timeout: 300_000 }, async () => {
  const tally = await takeovers({
    dir,
    script: compiled.script('contender'),
    contenders: 8,
    rounds: 200,
    seed: 5,
  });
  expect(tally.broken).toEqual([]);
  expect(tally.rounds).toBeGreaterThanOrEqual(200);
  expect(tally.fenced).toBeGreaterThan(150);
});

/** An owner that goes on may be slow by a guest's short measure: it is asked again. */
async function whenAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const { code } = error as FlakehoundError;
      if (code !== 'STORE_LOCKED' && code !== 'STORE_OUTCOME_UNKNOWN') throw error;
    }
  }
}

test('an owner that is stopped is told of in time, and nothing is lost when it goes on', async () => {
  const at = join(dir, 'stopped');
  const holder = spawn(process.execPath, [compiled.script('holder'), at], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(holder, 'close');
  const { pid } = holder;
  try {
    expect(String(await once(holder.stdout, 'data'))).toBe('owner\n');
    const patient = await openStore(at, { ownerTimeoutMs: 20_000 });
    await patient.create({ id: 'before', type: 'probe' });
    await patient.close();
    const guest = await whenAnswered(() => openStore(at, { ownerTimeoutMs: 300 }));
    await whenAnswered(() => guest.get('before'));
    holder.kill('SIGSTOP');
    const named = expect.stringContaining(`kill -CONT ${pid}`);
    await Promise.all([
      expect(guest.get('before')).rejects.toMatchObject({ code: 'STORE_LOCKED', hint: named }),
      expect(guest.create({ id: 'during', type: 'probe' })).rejects.toMatchObject({
        code: 'STORE_OUTCOME_UNKNOWN',
        hint: named,
      }),
      expect(openStore(at, { ownerTimeoutMs: 300 })).rejects.toMatchObject({
        code: 'STORE_LOCKED',
        hint: named,
      }),
    ]);
    // Who only looks needs no answer.
    const reader = await openStore(at, { mode: 'readOnly' });
    expect(await reader.get('before')).toMatchObject({ id: 'before' });
    await reader.close();
    holder.kill('SIGCONT');
    await whenAnswered(() => guest.update('before', { data: 'after' }));
    expect(await whenAnswered(() => guest.get('before'))).toMatchObject({ data: 'after' });
    expect((await whenAnswered(() => guest.health())).role).toBe('guest');
    await guest.close();
    holder.stdin.end();
    expect(await ended).toEqual([0, null]);
  } finally {
    holder.kill('SIGKILL');
  }
});

test('two owners would be seen', () => {
  const first = { epoch: 1, since: 10n, passed: 25n };
  const next = { epoch: 2, since: 20n, passed: undefined };
  expect(contradictions([{ ...first, passed: 19n }, next])).toEqual([]);
  expect(contradictions([first, next])).toEqual(['epoch 1 passed its fence after 2 was claimed']);
  expect(contradictions([first, { ...first }])).toContain('two owners of epoch 1');
});

const kinds: readonly DiskKind[] = ['tmpfs', 'ext4'];

test.for(kinds)(
  'a full %s leaves reads working, and takes writes again when there is room',
  { timeout: 90_000 },
  (kind, { skip }) => {
    const ran = onSmallDisk(kind, compiled.script('fullDisk'));
    if (ran.kind === 'refused') skip(`no ${kind} may be mounted here: ${ran.why}`);
    const { status, output } = ran as Extract<typeof ran, { kind: 'ended' }>;
    expect(status, output).toBe(0);
    const report = JSON.parse(output) as FullDiskReport;
    expect(report).toMatchObject({ unread: [], lost: [], ghosts: [], wroteAgain: 20 });
    // Also by the breaker, which doesn't ask the disk again after five failures.
    expect(Object.keys(report.refusals), output).toEqual(['STORE_DISK_FULL']);
    expect(report.acknowledged).toBeGreaterThan(40);
  },
);
