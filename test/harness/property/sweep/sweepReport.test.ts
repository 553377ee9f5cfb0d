import { describe, expect, test } from 'vitest';
import { diskFull, fail } from '../../../../harness/faults/plan/effects.js';
import { faultPlan } from '../../../../harness/faults/plan/faultPlan.js';
import type { SweepWorkload } from '../../../../harness/property/sweep/sweep.js';
import { assertFaultSafe, sweepFaults } from '../../../../harness/property/sweep/sweepFaults.js';
import { renderSweep } from '../../../../harness/property/sweep/sweepReport.js';
import { keepOpen, leaveTemp, savedWhole, saveWell, setup } from './workloads.js';

const saving = { setup, invariant: savedWhole, errnos: ['EIO', 'ENOSPC'] };

test('a sweep says how much it did', async () => {
  const report = await sweepFaults(saveWell, saving);
  expect(report).toMatchObject({ findings: [], neverReached: [], leftOut: 0, isSteady: true });
  expect(report.operations.map(({ operation }) => operation)).toEqual([
    'open',
    'write',
    'fsync',
    'close',
    'rename',
  ]);
  // Five operations, two errnos, once and from then on; the write torn, shortened, on a full disk.
  expect(report.runs).toBe(5 * 2 * 2 + 3);
  expect(renderSweep(report)).toBe('swept 5 operations in 23 runs: nothing broke');
});

test('by default each operation meets the errnos that may befall it', async () => {
  const report = await sweepFaults(({ fs, dir }) => fs.readFileSync(`${dir}/jobs.json`), {
    setup,
    effects: ['fail'],
    lasting: ['once'],
    invariant: ({ fault }) => {
      if (fault !== undefined) throw new Error('every fault is to be listed');
    },
  });
  const tried = report.findings.map(({ operation, fault }) => `${operation} ${fault}`);
  expect(tried).toEqual([
    ...['EACCES', 'EIO', 'EMFILE', 'ENFILE', 'ENOENT'].map((code) => `open fail('${code}')`),
    "fstat fail('EIO')",
    "read fail('EIO')",
    ...['EDQUOT', 'EIO', 'ENOSPC'].map((code) => `close fail('${code}')`),
  ]);
});

test('findings are grouped by operation, with their call site and the plan to paste', async () => {
  const report = await sweepFaults(leaveTemp, { ...saving, operations: ['rename'] });
  const text = renderSweep(report).replace(/\(.*:\d+:\d+\)/, '(workloads.ts)');
  expect(text).toBe(
    [
      'swept 4 operations in 4 runs: 4 findings at 1 of them',
      '',
      '#4 rename /sweep/jobs.json.tmp → /sweep/jobs.json',
      '   at leaveTemp (workloads.ts)',
      '   invariant: jobs.json.tmp is left behind',
      "     after fail('EIO'), fail('EIO') from then on, fail('ENOSPC'), fail('ENOSPC') from then on",
      "     only: faultPlan({ seed: 1, rules: [{ on: 'rename', nth: 1, effect: fail('EIO') }] })",
    ].join('\n'),
  );
});

test('the plan of a finding makes that run again, alone', async () => {
  const [finding] = (await sweepFaults(leaveTemp, saving)).findings;
  expect(finding).toBeDefined();
  const again = await sweepFaults(leaveTemp, { ...saving, only: finding!.plan });
  expect(again.runs).toBe(1);
  expect(again.findings).toEqual([finding]);
});

test('the same sweep gives the same report', async () => {
  const [one, two] = [await sweepFaults(leaveTemp, saving), await sweepFaults(leaveTemp, saving)];
  expect(renderSweep(two)).toBe(renderSweep(one));
});

test('the assertion lists every finding', async () => {
  const failure = assertFaultSafe(leaveTemp, saving);
  await expect(failure).rejects.toMatchObject({ code: 'SWEEP_UNSAFE' });
  await expect(failure).rejects.toThrow(/#2 write.*#3 close.*#4 rename/s);
  expect((await assertFaultSafe(saveWell, saving)).runs).toBe(23);
});

test('whoever asks is told after each run how far the sweep has come', async () => {
  const told: [runs: number, planned: number, findings: number][] = [];
  const report = await sweepFaults(leaveTemp, {
    ...saving,
    onRun: (so) => told.push([so.runs, so.planned, so.findings.length]),
  });
  expect(told.map(([runs]) => runs)).toEqual(
    Array.from({ length: report.runs }, (_, at) => at + 1),
  );
  expect(new Set(told.map(([, planned]) => planned))).toEqual(new Set([report.runs]));
  expect(told.at(-1)?.[2]).toBe(report.findings.length);
});

test('no more runs than asked for, chosen by the seed', async () => {
  const chosen = async (seed: number): Promise<string> => {
    const report = await sweepFaults(leaveTemp, { ...saving, maxRuns: 6, seed });
    expect(report.runs).toBe(6);
    expect(report.leftOut).toBe(4 * 2 * 2 + 3 - 6);
    return renderSweep(report);
  };
  const one = await chosen(1);
  expect(await chosen(1)).toBe(one);
  expect(new Set([one, await chosen(2), await chosen(3)]).size).toBeGreaterThan(1);
  expect(one).toContain('left out: 13 runs, by maxRuns');
});

describe('what cannot be swept', () => {
  test('a workload that fails by itself is refused', async () => {
    const broken: SweepWorkload = ({ fs, dir }) => fs.readFileSync(`${dir}/missing`);
    await expect(sweepFaults(broken)).rejects.toMatchObject({
      code: 'SWEEP_UNTOUCHED',
      message: expect.stringContaining('ENOENT'),
      cause: expect.objectContaining({ code: 'ENOENT' }),
    });
    const invariant = (): never => {
      throw new Error('never right');
    };
    await expect(sweepFaults(() => {}, { invariant })).rejects.toThrow('never right');
  });

  test('operations that never come up are named', async () => {
    const report = await sweepFaults(keepOpen, { setup, operations: ['close', 'rename'] });
    expect(report.neverReached).toEqual(['rename']);
    expect(renderSweep(report)).toContain('never reached: rename');
  });

  test('a fault whose operation never comes is named', async () => {
    const only = faultPlan({ seed: 1, rules: [{ on: 'close', nth: 2, effect: fail('EIO') }] });
    const report = await sweepFaults(keepOpen, { setup, only });
    expect(report).toMatchObject({ neverReached: ["close #2 fail('EIO')"], findings: [] });
  });

  test('a workload that does not do the same each time is told', async () => {
    let run = 0;
    const moody: SweepWorkload = ({ fs, dir }) => {
      for (let n = 0; n <= run; n++) fs.statSync(dir);
      run++;
    };
    const report = await sweepFaults(moody, { errnos: ['EIO'], lasting: ['once'] });
    expect(report.isSteady).toBe(false);
    expect(renderSweep(report)).toContain('two runs without faults differed');
  });
});

test('two faults reach what only runs after the first', async () => {
  const options = { ...saving, errnos: ['EIO'], effects: ['fail'], lasting: ['once'] } as const;
  const report = await sweepFaults(saveWell, {
    ...options,
    depth: 2,
    operations: ['write', 'unlink'],
  });
  expect(
    report.findings.map(({ operation, fault, message }) => [operation, fault, message]),
  ).toEqual([['unlink', "fail('EIO') and fail('EIO')", 'jobs.json.tmp is left behind']]);
  expect(report.runs).toBe(2);
});

test('a crash leaves what was done before it', async () => {
  const seen: string[] = [];
  const report = await sweepFaults(({ fs, dir }) => fs.writeFileSync(`${dir}/a`, 'xyz'), {
    effects: ['crash'],
    invariant: ({ fs, dir, outcome }) => {
      seen.push(
        `${outcome.kind} ${fs.existsSync(`${dir}/a`) ? fs.readFileSync(`${dir}/a`, 'utf8') : '-'}`,
      );
    },
  });
  expect(report.findings).toEqual([]);
  expect(seen).toEqual(['returned xyz', 'crashed -', 'crashed ', 'crashed xyz', 'returned xyz']);
});

test('a crashed process keeps no descriptor', async () => {
  const report = await sweepFaults(keepOpen, { setup, effects: ['crash'] });
  expect(report).toMatchObject({ runs: 4, findings: [] });
});

test('a full disk is met at every write, with what was written before', async () => {
  const twice: SweepWorkload = ({ fs, dir }) => {
    fs.writeFileSync(`${dir}/a`, 'x'.repeat(10));
    fs.writeFileSync(`${dir}/b`, 'y'.repeat(10));
  };
  const report = await sweepFaults(twice, {
    effects: ['diskFull'],
    mustReject: true,
    invariant: ({ fault }) => {
      if (fault !== undefined) throw new Error(JSON.stringify(fault.effect));
    },
  });
  expect(report.findings.map(({ ordinal, message }) => [ordinal, message])).toEqual(
    [
      [2, 5],
      [5, 15],
    ].map(([at, bytes]) => [at, JSON.stringify(diskFull(bytes!))]),
  );
});

test.each([
  [{ effects: [] }, 'PROPERTY_CONSTRAINT'],
  [{ lasting: [] }, 'PROPERTY_CONSTRAINT'],
  [{ errnos: [] }, 'PROPERTY_CONSTRAINT'],
  [{ operations: [] }, 'PROPERTY_CONSTRAINT'],
  [{ depth: 0 }, 'PROPERTY_CONSTRAINT'],
  [{ maxRuns: 0 }, 'PROPERTY_CONSTRAINT'],
  [{ errnos: ['ENOPE'] }, 'FAULTS_ERRNO'],
  [{ operations: ['renam' as 'rename'] }, 'FAULTS_OPERATION'],
])('refuses %j', async (options, code) => {
  await expect(sweepFaults(() => {}, options)).rejects.toMatchObject({ code });
});
