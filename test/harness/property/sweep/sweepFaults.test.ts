import { describe, expect, test } from 'vitest';
import type { FaultRule } from '../../../../harness/faults/plan/faultPlan.js';
import type { SweepWorld } from '../../../../harness/property/sweep/runOnce.js';
import type { SweepWorkload } from '../../../../harness/property/sweep/sweep.js';
import type { OtherClock } from '../../../../harness/property/sweep/sweepClock.js';
import { sweepFaults } from '../../../../harness/property/sweep/sweepFaults.js';
import type { SweepOptions } from '../../../../harness/property/sweep/sweepOptions.js';
import {
  closeTwice,
  ignoreShortWrite,
  keepOpen,
  leaveTemp,
  renameWithRetries,
  savedWhole,
  saveWell,
  setup,
  swallowBusy,
  unlinkFirst,
} from './workloads.js';

/** What a sweep found, one line each, without places in this checkout. */
async function findings(workload: SweepWorkload, options: SweepOptions): Promise<string[]> {
  const report = await sweepFaults(workload, { setup, ...options });
  expect(report.neverReached).toEqual([]);
  expect(report.isSteady).toBe(true);
  return report.findings.map(
    ({ ordinal, operation, fault, kind, message }) =>
      `${ordinal} ${operation} ${fault}: ${kind}: ${message.replace(/ \(.*\)/, '')}`,
  );
}

const saving = { invariant: savedWhole, errnos: ['EIO'] } as const;

describe('a workload that is right', () => {
  test.each(['volume', 'disk'] as const)('passes every fault on %s', async (ground) => {
    expect(await findings(saveWell, { invariant: savedWhole, mustReject: true, ground })).toEqual(
      [],
    );
  });
});

describe('a workload that is wrong', () => {
  test('a temporary file is left behind', async () => {
    const leftBehind = 'invariant: jobs.json.tmp is left behind';
    expect(await findings(leaveTemp, saving)).toEqual([
      `2 write fail('EIO'): ${leftBehind}`,
      `2 write fail('EIO') from then on: ${leftBehind}`,
      `2 write tear(7, 'EIO'): ${leftBehind}`,
      `2 write diskFull(7): ${leftBehind}`,
      `3 close fail('EIO'): ${leftBehind}`,
      `3 close fail('EIO') from then on: ${leftBehind}`,
      `4 rename fail('EIO'): ${leftBehind}`,
      `4 rename fail('EIO') from then on: ${leftBehind}`,
    ]);
  });

  test('a busy file counts as saved', async () => {
    const options = {
      ...saving,
      errnos: ['EBUSY', 'EIO'],
      operations: ['open', 'rename'],
    } as const;
    expect(await findings(swallowBusy, options)).toEqual([
      "1 open fail('EBUSY'): invariant: jobs.json holds 'old'",
      "1 open fail('EBUSY') from then on: invariant: jobs.json holds 'old'",
      "5 rename fail('EBUSY'): invariant: jobs.json holds 'old'",
      "5 rename fail('EBUSY') from then on: invariant: jobs.json holds 'old'",
    ]);
  });

  test('a short write loses data', async () => {
    expect(await findings(ignoreShortWrite, saving)).toEqual([
      "2 write shorten(7): invariant: jobs.json holds 'the new'",
      "2 write diskFull(7): invariant: jobs.json holds 'the new'",
    ]);
  });

  test('a descriptor is closed twice', async () => {
    expect(await findings(closeTwice, { errnos: ['EIO'], lasting: ['once'] })).toEqual([
      "2 close fail('EIO'): closedTwice: a descriptor is closed again at closeTwice",
    ]);
    expect(await findings(closeTwice, { descriptors: 'ignored' })).toEqual([]);
  });

  test('a descriptor stays open', async () => {
    expect(await findings(keepOpen, { errnos: ['EIO'], lasting: ['once'] })).toEqual([
      "2 fstat fail('EIO'): leaked: /sweep/jobs.json stays open, opened at keepOpen",
      "3 read fail('EIO'): leaked: /sweep/jobs.json stays open, opened at keepOpen",
    ]);
  });

  test('what is there is removed before the new can be written', async () => {
    expect(await findings(unlinkFirst, { ...saving, lasting: ['once'] })).toEqual([
      "2 open fail('EIO'): invariant: ENOENT: no such file or directory, open '/sweep/jobs.json'",
      "3 write fail('EIO'): invariant: jobs.json holds ''",
      "3 write tear(7, 'EIO'): invariant: jobs.json holds 'the new'",
      "3 write diskFull(7): invariant: jobs.json holds 'the new'",
    ]);
  });

  test('an error is swallowed', async () => {
    const swallow = ({ fs, dir }: SweepWorld): void => {
      try {
        fs.writeFileSync(`${dir}/log`, 'x');
      } catch {}
    };
    const options = { errnos: ['EIO'], lasting: ['once'], effects: ['fail'] } as const;
    expect(await findings(swallow, { ...options, mustReject: true })).toEqual([
      "1 open fail('EIO'): swallowed: returned although open failed: EIO: i/o error, open '/sweep/log'",
      "2 write fail('EIO'): swallowed: returned although write failed: EIO: i/o error, write",
      "3 close fail('EIO'): swallowed: returned although close failed: EIO: i/o error, close",
    ]);
    const mustReject = ({ on }: FaultRule): boolean => on === 'open';
    expect(await findings(swallow, { ...options, mustReject })).toHaveLength(1);
    expect(await findings(swallow, options)).toEqual([]);
  });
});

describe('a workload that waits', () => {
  const busy = { errnos: ['EBUSY'] };

  test('retries are seen through on the clock, with all they do', async () => {
    const slept: number[] = [];
    const options: SweepOptions = {
      ...busy,
      mustReject: ({ times = 1 }) => times > 1,
      invariant: ({ fs, dir, outcome }) => {
        if (fs.existsSync(`${dir}/done.json`) !== (outcome.kind === 'returned'))
          throw new Error('?');
      },
    };
    const retrying = renameWithRetries(3);
    const timed: SweepWorkload = async (world) => {
      await retrying(world).finally(() => slept.push(world.clock.now()));
    };
    expect(await findings(timed, options)).toEqual([]);
    expect(slept).toEqual([0, 100, 700, 0]);
  });

  test('retries without end hang, be it with a backoff or at once', async () => {
    expect(await findings(renameWithRetries(1e9), busy)).toEqual([
      "1 rename fail('EBUSY') from then on: hung: it still waited after 3600000 ms on the sweep's clock",
    ]);
    const atOnce: SweepWorkload = async ({ fs, dir }) => {
      for (;;) {
        try {
          return await fs.promises.rename(`${dir}/jobs.json`, `${dir}/done.json`);
        } catch {}
      }
    };
    expect(await findings(atOnce, { ...busy, limits: { operations: 50 } })).toEqual([
      "1 rename fail('EBUSY') from then on: hung: it asked for more than 50 operations",
    ]);
  });

  test('a synchronous loop is stopped as well', async () => {
    const spin: SweepWorkload = ({ fs, dir }) => {
      for (let tried = 0; tried < 500; tried++) {
        try {
          return fs.renameSync(`${dir}/jobs.json`, `${dir}/done.json`);
        } catch {}
      }
    };
    expect(await findings(spin, { ...busy, limits: { operations: 50 } })).toEqual([
      "1 rename fail('EBUSY') from then on: hung: it asked for more than 50 operations",
    ]);
  });

  test('a callback that nobody calls is a hang', async () => {
    const forgetful: SweepWorkload = ({ fs, dir }) =>
      new Promise<void>((resolve) => {
        fs.rename(`${dir}/jobs.json`, `${dir}/done.json`, (error) => {
          if (error === null) resolve();
        });
      });
    const options = { ...busy, lasting: ['once'], limits: { stillMs: 0 } } as const;
    expect(await findings(forgetful, options)).toEqual([
      "1 rename fail('EBUSY'): hung: it waits for what never comes: no operation is under way, no timer is set",
    ]);
  });

  test('a late operation shows what a timeout leaves behind', async () => {
    const impatient: SweepWorkload = async ({ fs, dir, clock }) => {
      const late = clock.sleep(1000).then(() => Promise.reject(new Error('timed out')));
      await Promise.race([fs.promises.writeFile(`${dir}/jobs.json`, 'new'), late]);
    };
    const options: SweepOptions = {
      effects: ['delay'],
      operations: ['open'],
      invariant: ({ fs, dir, outcome }) => {
        const text = fs.readFileSync(`${dir}/jobs.json`, 'utf8');
        if (outcome.kind === 'threw' && text === 'new') throw new Error('timed out, yet written');
      },
    };
    expect(await findings(impatient, options)).toEqual([
      '1 open delay(60000): invariant: timed out, yet written',
    ]);
  });

  test("a fake clock of the test's own is moved along, its time and that of delays alike", async () => {
    const fake = fakeClock();
    const sleep = (ms: number): Promise<void> => new Promise((call) => fake.setTimeout(call, ms));
    const ends: string[] = [];
    const waiting: SweepWorkload = async ({ fs, dir }) => {
      const started = fake.now();
      const first = await Promise.race([
        fs.promises.readFile(`${dir}/jobs.json`, 'utf8'),
        sleep(90_000).then(() => 'late'),
      ]);
      await sleep(1000);
      ends.push(`${first} after ${fake.now() - started}`);
    };
    const options: SweepOptions = { effects: ['delay'], operations: ['open'], clock: fake };
    expect(await findings(waiting, options)).toEqual([]);
    expect(ends).toEqual(['old after 1000', 'old after 61000', 'old after 1000']);
  });

  test("a fake clock of the test's own that never comes to an end is a hang", async () => {
    const fake = fakeClock();
    const patient: SweepWorkload = async ({ fs, dir }) => {
      while (!fs.existsSync(`${dir}/jobs.json`)) {
        await new Promise<void>((call) => fake.setTimeout(call, 60_000));
      }
    };
    const options = { errnos: ['ENOENT'], clock: fake, limits: { clockMs: 300_000 } };
    expect(await findings(patient, options)).toEqual([
      "1 access fail('ENOENT') from then on: hung: it still waited after 300000 ms on the sweep's clock",
    ]);
  });

  test('who waits for real gets the time to', async () => {
    const really: SweepWorkload = ({ fs, dir }) =>
      new Promise<void>((resolve) => {
        fs.statSync(dir);
        setTimeout(resolve, 1);
      });
    expect(await findings(really, { errnos: ['EIO'], lasting: ['once'] })).toEqual([]);
  });
});

/** What a test's own fake clock is to a sweep. */
function fakeClock(): OtherClock & { setTimeout(call: () => void, ms: number): void } {
  let now = 5000;
  let timers: { at: number; call: () => void }[] = [];
  const fake = {
    now: () => now,
    get pending() {
      return timers.length;
    },
    setTimeout: (call: () => void, ms: number) => void timers.push({ at: now + ms, call }),
    async advance(ms: number) {
      const until = now + ms;
      while (timers.some(({ at }) => at <= until)) await fake.runNext();
      now = until;
    },
    async runNext() {
      const [next, ...others] = timers.sort((a, b) => a.at - b.at);
      timers = others;
      now = Math.max(now, next?.at ?? now);
      next?.call();
    },
  };
  return fake;
}
