import { describe, expect, test } from 'vitest';
import {
  assertCrashSafe,
  type CrashOptions,
  type CrashWorld,
  fail,
  faultPlan,
  passThrough,
  type Workload,
} from '../../../../harness/property/index.js';

const file: CrashOptions<string> = {
  setup: ({ fs, dir }) => fs.writeFileSync(`${dir}/file`, 'old!'),
  recover: ({ fs, dir }) => fs.readFileSync(`${dir}/file`, 'utf8'),
  invariants: { 'old or new': ({ state }) => ['old!', 'new!'].includes(state) },
};
const replaceUnsynced = ({ fs, dir }: CrashWorld): void => {
  fs.writeFileSync(`${dir}/other`, 'x');
  fs.writeFileSync(`${dir}/file.tmp`, 'new!');
  fs.renameSync(`${dir}/file.tmp`, `${dir}/file`);
  fs.writeFileSync(`${dir}/more`, 'x');
};
const touch: Workload = ({ fs, dir }) => fs.writeFileSync(`${dir}/touched`, '');

/** The message, with the places of this file by name only. */
async function messageOf(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as Error).message.replaceAll(/(?:\S+ \()?\/\S*\/(\w+\.test\.ts):\d+:\d+\)?/g, '$1');
}

describe('the message', () => {
  test('shows the shortest script, what was left and the missing sync', async () => {
    expect(await messageOf(assertCrashSafe(replaceUnsynced, file))).toMatchInlineSnapshot(`
      "invariant 'old or new' broke: it returned false

      Workload
          1  kept  create /data/other                   assertCrashSafe.test.ts
          3  kept  create /data/file.tmp                assertCrashSafe.test.ts
          4  LOST  write /data/file.tmp, 4 bytes at 0   assertCrashSafe.test.ts
          5  kept  rename /data/file.tmp -> /data/file  assertCrashSafe.test.ts
             (1 that don't matter left out)
        ── crash ── before 2 more

      Left on the disk
        /data/file  empty
        /data/other  1 byte: "x"

      Missing sync: fsync of the file /data/file.tmp after operation 4

      Look again with only: [{at: 5, lost: [3]}]"
    `);
  });

  test('shows the recovery, too, when the second crash falls there', async () => {
    const message = messageOf(
      assertCrashSafe(({ fs, dir }) => fs.writeFileSync(`${dir}/journal`, '2', { flush: true }), {
        setup: ({ fs, dir }) => fs.writeFileSync(`${dir}/file`, '1'),
        recover: ({ fs, dir }) => {
          if (
            fs.existsSync(`${dir}/journal`) &&
            fs.readFileSync(`${dir}/journal`, 'utf8') === '2'
          ) {
            fs.writeFileSync(`${dir}/file`, '2');
            fs.unlinkSync(`${dir}/journal`);
          }
          return fs.readFileSync(`${dir}/file`, 'utf8');
        },
        invariants: { 'one or two': ({ state }) => state === '1' || state === '2' },
      }),
    );
    expect(await message).toMatchInlineSnapshot(`
      "invariant 'one or two' broke: it returned false

      Workload
          1  kept  create /data/journal              assertCrashSafe.test.ts
          2  kept  write /data/journal, 1 byte at 0  assertCrashSafe.test.ts
        ── crash ── before 1 more

      Recovery
          1  kept  truncate /data/file to 0 bytes  assertCrashSafe.test.ts
          2  LOST  write /data/file, 1 byte at 0   assertCrashSafe.test.ts
          3  kept  unlink /data/journal            assertCrashSafe.test.ts
        ── crash ── after everything

      Left on the disk
        /data/file  empty

      Missing sync: fsync of the file /data/file after operation 2 of the recovery

      Look again with only: [{at: 2}, {at: 3, lost: [1]}]"
    `);
  });
});

test('a sync that every call of one place lacks is named once', async () => {
  const run = assertCrashSafe(
    ({ fs, dir, acknowledge }) => {
      const fd = fs.openSync(`${dir}/file`, 'a');
      for (let n = 0; n < 10; n++) {
        fs.writeSync(fd, 'x');
        acknowledge('written');
      }
    },
    {
      ...file,
      invariants: {
        'as long as promised': ({ state, acknowledged }) => state.length >= 4 + acknowledged.length,
      },
    },
  );
  await expect(run).rejects.toThrow(
    'Missing sync: fsync of the file /data/file after operations 1, 2, 3, 4, 5 … 10 (10 in all)',
  );
});

describe('only', () => {
  const printed = { at: 5, lost: [3] };

  test('visits the printed state alone', async () => {
    await expect(assertCrashSafe(replaceUnsynced, { ...file, only: [printed] })).rejects.toThrow(
      'Look again with only: [{at: 5, lost: [3]}]',
    );
    const well = await assertCrashSafe(replaceUnsynced, { ...file, only: [{ at: 5 }] });
    expect(well).toMatchObject({ statesVisited: 1, distinctStates: 1 });
  });

  test('refuses a state that no crash leaves', async () => {
    for (const only of [{ at: 99 }, { at: 0, lost: [3] }, { at: 5, bothNames: [4] }]) {
      await expect(
        assertCrashSafe(replaceUnsynced, { ...file, only: [only] }),
      ).rejects.toMatchObject({
        code: 'CRASH_OPTION',
      });
    }
  });
});

describe('what the caller knew', () => {
  test('is told to invariants as of the crash', async () => {
    const told = new Set<string>();
    await assertCrashSafe(
      ({ fs, dir, started, acknowledge }) => {
        started('a', 1);
        fs.writeFileSync(`${dir}/a`, '');
        acknowledge('a', 2);
        started('b');
      },
      {
        recover: () => undefined,
        invariants: {
          noted: (seen) =>
            told.add(
              [seen.started, seen.acknowledged, seen.inFlight]
                .map((list) => list.map(({ label, value }) => `${label}${value ?? ''}`).join())
                .join('|'),
            ),
        },
      },
    );
    expect([...told]).toEqual(['||', 'a1||a1', 'a1|a2|', 'a1,b|a2|b']);
  });
});

describe('an invariant fails', () => {
  const verdicts: readonly [string, () => unknown, string][] = [
    ['by false', () => false, "invariant 'x' broke: it returned false"],
    ['by a reason', () => 'too few', "invariant 'x' broke: too few"],
    ['by throwing', () => expect(1).toBe(2), "invariant 'x' broke: expected 1 to be 2"],
    ['by a promise', async () => false, "invariant 'x' broke: it returned false"],
    ['by rejecting', () => Promise.reject(new Error('no')), "invariant 'x' broke: no"],
  ];

  test.each(verdicts)('%s', async (_how, x, message) => {
    await expect(assertCrashSafe(touch, { recover: () => 0, invariants: { x } })).rejects.toThrow(
      message,
    );
  });

  test('when recovery throws, with its error as the cause', async () => {
    const cause = new Error('unreadable');
    const recover = () => {
      throw cause;
    };
    await expect(
      assertCrashSafe(touch, { recover, invariants: { x: () => true } }),
    ).rejects.toMatchObject({
      code: 'CRASH_UNSAFE',
      message: expect.stringContaining("invariant 'recovery completes' broke: unreadable"),
      cause,
    });
  });
});

test('a workload that changes nothing is refused, lest it pass for safe', async () => {
  const workload: Workload = ({ acknowledge }) => acknowledge('nothing');
  await expect(assertCrashSafe(workload, file)).rejects.toMatchObject({
    code: 'CRASH_OPTION',
    message: expect.stringContaining('the workload changed nothing below /data'),
  });
});

test('an error of the workload itself is passed on', async () => {
  const error = new Error('a bug');
  const workload = () => Promise.reject(error);
  await expect(assertCrashSafe(workload, file)).rejects.toBe(error);
});

describe('the models', () => {
  const twoNames: Workload = ({ fs, dir }) => {
    fs.writeFileSync(`${dir}/a`, '');
    fs.writeFileSync(`${dir}/b`, '');
  };
  const options: CrashOptions<string[]> = {
    recover: ({ fs, dir }) => fs.readdirSync(dir),
    invariants: { 'b only after a': ({ state }) => !state.includes('b') || state.includes('a') },
  };

  test('posix reorders names, ordered does not', async () => {
    await expect(assertCrashSafe(twoNames, options)).rejects.toThrow(
      'Missing sync: fsync of the directory /data after operation 1',
    );
    await assertCrashSafe(twoNames, { ...options, model: 'ordered' });
  });

  test('neither lets a rename overtake the bytes of its file', async () => {
    await expect(assertCrashSafe(replaceUnsynced, { ...file, model: 'ordered' })).rejects.toThrow(
      'Missing sync: fsync of the file /data/file.tmp after operation 4',
    );
  });
});

describe('the bound', () => {
  const many: Workload = ({ fs, dir }) => {
    for (let n = 0; n < 14; n++) fs.mkdirSync(`${dir}/${n}`);
  };
  const options: CrashOptions<number> = {
    recover: ({ fs, dir }) => fs.readdirSync(dir).length,
    invariants: { any: () => true },
  };

  test('is exhaustive as far as it says: 2 to the power of the unsynced effects', async () => {
    const report = await assertCrashSafe(many, { ...options, bound: { exhaustive: 14 } });
    expect(report).toMatchObject({ crashPoints: 15, distinctStates: 2 ** 14 });
  });

  test('visits fewer beyond, and says what is left out', async () => {
    const bound = { exhaustive: 4, few: 1, samples: 0 };
    const report = await assertCrashSafe(many, { ...options, bound });
    expect(report.distinctStates).toBeLessThan(500);
    expect(report.boundLeftOut).toContain(
      'with more than 4 unsynced effects before a crash, sets that lose more than 1 and keep more than 1, but for those that lose all from some effect on',
    );
  });

  test('on states is said when it cut the visit short', async () => {
    const report = await assertCrashSafe(many, { ...options, bound: { states: 100 } });
    expect(report.distinctStates).toBe(100);
    expect(report.boundLeftOut).toContain('the visit ended after 100 distinct states');
  });

  test('gives the same visit for the same seed', async () => {
    const bound = { exhaustive: 2, few: 1, samples: 8, seed: 7 };
    const [one, two] = [
      await assertCrashSafe(many, { ...options, bound }),
      await assertCrashSafe(many, { ...options, bound }),
    ];
    expect(one).toEqual(two);
  });
});

describe('options that make no sense are refused', () => {
  const wrong: readonly [string, object][] = [
    ['no invariant was given', { invariants: {} }],
    ["there is no model 'ext3'", { model: 'ext3' }],
    ['`only` is empty', { only: [] }],
    ['bound.few is -1', { bound: { few: -1 } }],
    ['bound.recovery.cuts is 0.5', { bound: { recovery: { cuts: 0.5 } } }],
    ['bound.tornAt has 0', { bound: { tornAt: [0] } }],
    ['bound.exhaustive is 25', { bound: { exhaustive: 25 } }],
    ['over the real file system it needs `dir`', { over: 'node:fs' }],
  ];

  test.each(wrong)('%s', async (message, options) => {
    await expect(assertCrashSafe(touch, { ...file, ...options })).rejects.toMatchObject({
      code: 'CRASH_OPTION',
      message: expect.stringContaining(message),
    });
  });
});

describe('a fault plan in the way', () => {
  /** Falls back to writing in place when the rename fails: whole without faults, torn with them. */
  const replaceOrOverwrite: Workload = ({ fs, dir }) => {
    const put = (path: string): void => {
      const fd = fs.openSync(path, 'w');
      fs.writeSync(fd, 'new!');
      fs.fsyncSync(fd);
      fs.closeSync(fd);
    };
    put(`${dir}/file.tmp`);
    try {
      fs.renameSync(`${dir}/file.tmp`, `${dir}/file`);
    } catch {
      put(`${dir}/file`);
    }
  };
  const busy = faultPlan({ seed: 1, rules: [{ on: 'rename', effect: fail('EBUSY') }] });

  test('shows what a crash does to the way round it', async () => {
    await assertCrashSafe(replaceOrOverwrite, file);
    await expect(assertCrashSafe(replaceOrOverwrite, { ...file, faults: busy })).rejects.toThrow(
      'old or new',
    );
  });

  test('cannot be given twice', async () => {
    const both = { ...file, faults: busy, through: () => passThrough };
    await expect(assertCrashSafe(replaceOrOverwrite, both)).rejects.toMatchObject({
      code: 'CRASH_OPTION',
    });
  });
});
