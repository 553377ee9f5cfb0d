import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { SweepWorkload } from '../../../../harness/property/sweep/sweep.js';
import { sweepFaults } from '../../../../harness/property/sweep/sweepFaults.js';

/** Code that imports `node:fs` by itself. */
const save: SweepWorkload = async ({ dir }) => {
  await writeFile(`${dir}/jobs.json.tmp`, 'new');
  renameSync(`${dir}/jobs.json.tmp`, `${dir}/jobs.json`);
};

const options = {
  install: true,
  errnos: ['EIO'],
  lasting: ['once'],
  effects: ['fail'],
  setup: ({ dir }: { dir: string }) => writeFileSync(`${dir}/jobs.json`, 'old'),
  invariant: ({ dir }: { dir: string }) => {
    if (existsSync(`${dir}/jobs.json.tmp`)) throw new Error('left behind');
  },
} as const;

test.each(['volume', 'disk'] as const)(
  'calls of node:fs itself are swept on %s',
  async (ground) => {
    const report = await sweepFaults(save, { ...options, ground });
    expect(
      report.findings.map(({ ordinal, operation, message }) => [ordinal, operation, message]),
    ).toEqual([
      [2, 'write', 'left behind'],
      [3, 'close', 'left behind'],
      [4, 'rename', 'left behind'],
    ]);
  },
);

test.concurrent.each([1, 2, 3])('sweeps side by side keep apart (%i)', async (n) => {
  const own: SweepWorkload = async ({ dir }) => {
    for (let at = 0; at < n; at++) await writeFile(`${dir}/${at}`, String(n));
    expect(await readFile(`${dir}/0`, 'utf8')).toBe(String(n));
    await rename(`${dir}/0`, `${dir}/done`);
    await rm(`${dir}/done`);
  };
  const report = await sweepFaults(own, { ...options, invariant: () => {}, mustReject: true });
  expect(report.operations.filter(({ operation }) => operation === 'write')).toHaveLength(n);
  expect(report.findings).toEqual([]);
});

test('node:fs is what it was before', async () => {
  const before = [renameSync, writeFile];
  await sweepFaults(save, options);
  expect([renameSync, writeFile]).toEqual(before);
  expect(readFileSync(new URL(import.meta.url), 'utf8')).toContain('sweepFaults');
});
