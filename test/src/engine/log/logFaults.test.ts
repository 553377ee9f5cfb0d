import { describe, expect, test } from 'vitest';
import { assertFaultSafe, type SweepWorld } from '../../../../harness/property/index.js';
import { FlakehoundError } from '../../../../src/errors.js';
import { filePlatform } from '../../../support/memoryFiles.js';
import { type Outcome, openLog, replayed, write } from './logWorld.js';

/** Of some two thousand, drawn by the seed: what the suite has time for. */
const runs = 120;

/** What the callers of one run were told, in the order of their calls. */
type Told = { readonly text: string; readonly outcome: Outcome }[];

/**
 * Acknowledged records are there in order; absent ones are not; an unknown one may be. The LSNs of
 * what was not written are given again, so each text tells its own place.
 */
function judge(told: Told, records: readonly string[]): void {
  const there = new Set(records);
  for (const { text, outcome } of told) {
    if (outcome === 'acknowledged') expect(there, `${text} was acknowledged`).toContain(text);
    if (outcome === 'absent') expect(there, `${text} was rejected`).not.toContain(text);
  }
  const order = told.map(({ text }) => text);
  expect(records).toEqual([...records].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
  expect(there.size).toBe(records.length);
}

describe.each(['now', 'background'] as const)('with any call failing in any way: %s', (commit) => {
  test('what callers were told is true', async () => {
    const told: Told = [];
    const workload = async ({ fs, dir }: SweepWorld) => {
      told.length = 0;
      const opened = await openLog(filePlatform(fs), { dir, options: { commit } }).catch(
        (error: unknown) => {
          if (error instanceof FlakehoundError) return undefined;
          throw error;
        },
      );
      if (opened === undefined) return;
      const { log, keeper } = opened;
      const put = async (text: string) => void told.push({ text, outcome: await write(log, text) });
      try {
        for (const text of ['a', 'b', 'c']) await put(text);
        await Promise.all([put('d'), put('e')]);
        if (log.state === 'readOnly') await log.revive().catch(ofTheStore);
        await put('f');
        const position = await log.rotate().catch(ofTheStore);
        await put('g');
        if (position !== undefined) {
          const jobs = { name: 'jobs-1-1', lsn: position.lsn, jobs: 0, bytes: 0, lastSeq: 0 };
          const checkpoint = { position, at: 0, jobs, logs: [], merged: [] };
          await keeper
            .change((now) => ({ ...now, checkpoints: [checkpoint] }))
            .then(() => log.release(position.lsn))
            .catch(ofTheStore);
        }
        await put('h');
      } finally {
        await log.close().catch(ofTheStore);
      }
    };
    const report = await assertFaultSafe(workload, {
      maxRuns: runs,
      async invariant({ fs, dir }) {
        const files = filePlatform(fs);
        const { log, replayed: records, keeper } = await openLog(files, { dir });
        // A checkpoint that could perhaps not be written may be there all the same.
        const upTo = keeper.current.checkpoints[0]?.position.lsn ?? 0;
        const kept = told.filter(({ outcome }) => outcome === 'acknowledged').slice(0, upTo);
        judge(told, [...kept.map(({ text }) => text), ...records]);
        expect(await write(log, 'after')).toBe('acknowledged');
        await log.close();
        expect((await replayed(files, dir)).records).toEqual([...records, 'after']);
      },
    });
    expect(report.runs).toBeGreaterThanOrEqual(runs);
  });
});

function ofTheStore(error: unknown): undefined {
  expect(error).toBeInstanceOf(FlakehoundError);
  return undefined;
}
