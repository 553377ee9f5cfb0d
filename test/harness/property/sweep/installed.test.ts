import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import type { SweepWorkload } from '../../../../harness/property/sweep/sweep.js';
import { sweepFaults } from '../../../../harness/property/sweep/sweepFaults.js';
import { renderSweep } from '../../../../harness/property/sweep/sweepReport.js';

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

test('the short write that write-file-atomic ignores is found in the package as it is', async () => {
  const writeFileAtomic = createRequire(import.meta.url)('write-file-atomic') as (
    path: string,
    data: string,
  ) => Promise<void>;
  const report = await sweepFaults(({ dir }) => writeFileAtomic(`${dir}/jobs.json`, 'new'), {
    install: true,
    setup: options.setup,
    errnos: ['EIO'],
    lasting: ['once'],
    invariant: ({ dir, outcome }) => {
      const text = readFileSync(`${dir}/jobs.json`, 'utf8');
      if (text !== (outcome.kind === 'returned' ? 'new' : 'old')) throw new Error(text);
    },
  });
  const found = report.findings
    .filter(({ kind }) => kind === 'invariant')
    .map(({ operation, fault, message }) => [operation, fault, message]);
  expect(found).toEqual([
    ['write', 'shorten(1)', 'n'],
    ['write', 'diskFull(1)', 'n'],
  ]);
  expect(renderSweep(report)).toContain('after shorten(1), diskFull(1)');
});
