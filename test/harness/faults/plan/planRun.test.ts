import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  crash,
  delay,
  diskFull,
  fail,
  loseSync,
  shorten,
  tear,
} from '../../../../harness/faults/plan/effects.js';
import type { FaultRule } from '../../../../harness/faults/plan/faultPlan.js';
import { PlanRun } from '../../../../harness/faults/plan/planRun.js';
import { FakeFile, operation, outcomeOf, runOf, steppingClock, writeOf } from './planFakes.js';

const nothing = (): void => {};

/** Ordinals, of `count` renames, that failed. */
function failures(rule: Omit<FaultRule, 'on' | 'effect'>, count = 8, seed = 1): number[] {
  const rules: FaultRule[] = [{ ...rule, on: 'rename', effect: fail('EBUSY') }];
  const run = new PlanRun({ seed, rules }, { clock: steppingClock() });
  return Array.from({ length: count }, (_, at) => at + 1).filter(
    () => outcomeOf(() => run.sync(operation('rename'), nothing)) === 'EBUSY',
  );
}

describe('when a rule fires', () => {
  test.each([
    { rule: {}, at: [1, 2, 3, 4, 5, 6, 7, 8] },
    { rule: { nth: 3 }, at: [3] },
    { rule: { nth: 3, times: 2 }, at: [3, 4] },
    { rule: { times: 2 }, at: [1, 2] },
    { rule: { probability: 1 }, at: [1, 2, 3, 4, 5, 6, 7, 8] },
    { rule: { probability: 1, times: 3 }, at: [1, 2, 3] },
    { rule: { path: '**/jobs.json', nth: 2 }, at: [2] },
    { rule: { path: '/other/**' }, at: [] },
  ])('$rule fires at $at', ({ rule, at }) => {
    expect(failures(rule)).toEqual(at);
  });

  test('a probability is kept to, and drawn again the same by the same seed', () => {
    const drawn = failures({ probability: 0.25 }, 2000);
    expect(drawn.length).toBeGreaterThan(400);
    expect(drawn.length).toBeLessThan(600);
    expect(failures({ probability: 0.25 }, 2000)).toEqual(drawn);
    expect(failures({ probability: 0.25 }, 2000, 2)).not.toEqual(drawn);
  });

  test('what a rule draws does not depend on the rules beside it', () => {
    const rule: FaultRule = { on: 'rename', probability: 0.5, effect: delay(1) };
    const drawnBeside = (others: readonly FaultRule[]): number[] => {
      const run = runOf(...others, rule);
      return Array.from({ length: 30 }, () => {
        run.sync(operation('rename'), nothing);
        return run.states.at(-1)?.fired ?? 0;
      });
    };
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 })), (delays) => {
        const others = delays.map((ms): FaultRule => ({ on: '*', effect: delay(ms) }));
        expect(drawnBeside(others)).toEqual(drawnBeside([]));
      }),
      { numRuns: 20 },
    );
  });

  test('afterBytes waits until that many bytes have been written', () => {
    const run = runOf({ on: 'write', afterBytes: 6, effect: fail('EIO') });
    const file = new FakeFile();
    const write = (text: string) => {
      const asked = writeOf(text);
      return outcomeOf(() => run.sync(asked, file.accepting(asked)));
    };
    expect(['abc', 'def', 'ghi'].map(write)).toEqual(['ok', 'ok', 'EIO']);
    expect(file.text).toBe('abcdef');
  });

  test('a glob sees the destination too, and relative paths as absolute ones', () => {
    const run = runOf({ on: '*', path: '**/b/*.txt', effect: fail('EIO') });
    const rename = operation('rename', { path: '/a/x', dest: '/b/.x.txt' });
    expect(outcomeOf(() => run.sync(rename, nothing))).toBe('EIO');
    expect(outcomeOf(() => run.sync(operation('stat', { path: 'b/y.txt' }), nothing))).toBe('EIO');
    expect(outcomeOf(() => run.sync(operation('stat', { path: 'b/y.md' }), nothing))).toBe('ok');
  });
});

describe('which primitive of a composite call a rule hits', () => {
  const primitives = ['open', 'write', 'write', 'fsync', 'close'] as const;

  test.each([
    { effect: fail('EACCES'), hits: ['EACCES', 'ok', 'ok', 'ok', 'ok'] },
    { effect: fail('ENOSPC'), hits: ['ok', 'ENOSPC', 'ENOSPC', 'ok', 'ok'] },
    { effect: fail('EIO'), hits: ['ok', 'EIO', 'EIO', 'ok', 'ok'] },
    { effect: tear(0, 'EIO'), hits: ['ok', 'EIO', 'EIO', 'ok', 'ok'] },
    { effect: loseSync('EIO'), hits: ['ok', 'ok', 'ok', 'EIO', 'ok'] },
    { effect: diskFull(0), hits: ['ok', 'ENOSPC', 'ENOSPC', 'ok', 'ok'] },
    { effect: crash(), hits: Array(5).fill('CrashError') },
  ])('$effect on writeFile', ({ effect, hits }) => {
    const run = runOf({ on: 'writeFile', effect });
    const outcomes = primitives.map((name) => {
      const asked = name === 'write' ? writeOf('abc') : operation(name, { fd: 7 });
      const within = { ...asked, within: 'writeFile' as const };
      return outcomeOf(() => run.sync(within, () => 3));
    });
    expect(outcomes).toEqual(hits);
  });

  test('the same primitives outside that call are left alone', () => {
    const run = runOf({ on: 'writeFile', effect: fail('EACCES') });
    expect(outcomeOf(() => run.sync(operation('open'), nothing))).toBe('ok');
  });
});

describe('what an effect does', () => {
  test('fail words the error as Node does, and has no effect', () => {
    const run = runOf({ on: 'rename', effect: fail('EBUSY') });
    let proceeded = 0;
    const rename = operation('rename', { path: '/a', dest: '/b' });
    expect(() => run.sync(rename, () => void proceeded++)).toThrow(
      expect.objectContaining({
        message: "EBUSY: resource busy or locked, rename '/a' -> '/b'",
        code: 'EBUSY',
        syscall: 'rename',
        path: '/a',
        dest: '/b',
      }),
    );
    expect(proceeded).toBe(0);
  });

  test('a failing close frees its descriptor, as on Linux', () => {
    const run = runOf({ on: 'close', effect: fail('EIO') });
    let closed = 0;
    expect(outcomeOf(() => run.sync(operation('close', { fd: 7 }), () => void closed++))).toBe(
      'EIO',
    );
    expect(closed).toBe(1);
  });

  test('delays add up, and come before a failure', async () => {
    const clock = steppingClock();
    const rules: FaultRule[] = [
      { on: 'rename', effect: delay(30) },
      { on: 'rename', effect: fail('EIO') },
      { on: '*', effect: delay(12) },
    ];
    const run = new PlanRun({ seed: 1, rules }, { clock });
    expect(outcomeOf(() => run.sync(operation('rename'), nothing))).toBe('EIO');
    const later = run.async({ ...operation('rename'), form: 'promise' }, async () => {});
    await expect(later).rejects.toThrow('EIO');
    expect(clock.waits).toEqual(['block 42', 'sleep 42']);
    expect(run.trace.map((entry) => entry.durationMs)).toEqual([42, 42]);
  });

  test.each([
    { mostBytes: 99, torn: 4, text: 'abcd' },
    { mostBytes: 1, torn: 3, text: 'abc' },
    { mostBytes: 99, torn: 99, text: 'abcdefgh' },
    { mostBytes: 99, torn: 0, text: '' },
  ])('tear($torn) lets "$text" through', ({ mostBytes, torn, text }) => {
    const run = runOf({ on: 'write', effect: tear(torn, 'EIO') });
    const file = new FakeFile(mostBytes);
    const asked = writeOf('abcdefgh', 100);
    expect(outcomeOf(() => run.sync(asked, file.accepting(asked)))).toBe('EIO');
    expect(file.text).toBe(text);
    expect(file.calls.map((args) => args[4])).toEqual(
      file.calls.map((_, at) => 100 + at * Math.min(mostBytes, text.length)),
    );
  });

  test('shorten gives a short write, and the shortest of several wins', () => {
    const run = runOf({ on: 'write', effect: shorten(5) }, { on: '*', effect: shorten(3) });
    const asked = writeOf('abcdefgh');
    expect(run.sync(asked, new FakeFile().accepting(asked))).toBe(3);
    expect(run.states.map((state) => state.fired)).toEqual([1, 1]);
  });

  test('shorten does not count where nothing was shortened', () => {
    const run = runOf({ on: 'write', effect: shorten(5) });
    const asked = writeOf('abc');
    expect(run.sync(asked, new FakeFile().accepting(asked))).toBe(3);
    expect(run.states[0]).toMatchObject({ matched: 1, fired: 0 });
  });

  test('a full disk takes what fits, then a part, then nothing', () => {
    const run = runOf({ on: '*', effect: diskFull(7) });
    const file = new FakeFile();
    const write = (text: string): string | number => {
      const asked = writeOf(text);
      let written: number | undefined;
      const outcome = outcomeOf(() => {
        written = run.sync(asked, file.accepting(asked));
      });
      return written ?? outcome;
    };
    expect(['abcd', 'efgh', 'h', ''].map(write)).toEqual([4, 3, 'ENOSPC', 0]);
    expect(outcomeOf(() => run.sync(operation('copyFile'), nothing))).toBe('ENOSPC');
    expect(file.text).toBe('abcdefg');
  });

  test('a write that fails for another reason takes no room', () => {
    const run = runOf(
      { on: '*', effect: diskFull(4) },
      { on: 'write', nth: 1, effect: fail('EIO') },
    );
    const file = new FakeFile();
    const outcomes = ['abcd', 'abcd', 'x'].map((text) => {
      const asked = writeOf(text);
      return outcomeOf(() => run.sync(asked, file.accepting(asked)));
    });
    expect(outcomes).toEqual(['EIO', 'ok', 'ENOSPC']);
  });

  test('writes under way at once cannot share the same room', async () => {
    const run = runOf({ on: '*', effect: diskFull(6) });
    const file = new FakeFile();
    const written = ['abcd', 'efgh'].map((text) => {
      const asked: ReturnType<typeof writeOf> = { ...writeOf(text), form: 'promise' };
      return run.async(asked, async (args) => file.accepting(asked)(args));
    });
    expect(await Promise.all(written)).toEqual([4, 2]);
  });

  test('a lost sync does not reach the disk, and is told of', () => {
    const lost: (number | undefined)[] = [];
    const rules: FaultRule[] = [{ on: 'fsync', nth: 1, effect: loseSync() }];
    const run = new PlanRun(
      { seed: 1, rules },
      { clock: steppingClock(), onSyncLost: ({ fd }) => lost.push(fd) },
    );
    let synced = 0;
    const sync = () =>
      outcomeOf(() => run.sync(operation('fsync', { fd: 7 }), () => void synced++));
    expect([sync(), sync()]).toEqual(['EIO', 'ok']);
    expect(lost).toEqual([7]);
    expect(synced).toBe(1);
  });

  test('after a crash nothing has an effect but the freeing of descriptors', async () => {
    const run = runOf({ on: 'rename', nth: 2, effect: crash() });
    const reached: string[] = [];
    const names = ['rename', 'rename', 'stat', 'close', 'write'] as const;
    const outcomes = names.map((name) =>
      outcomeOf(() => run.sync(operation(name, { fd: 7 }), () => void reached.push(name))),
    );
    expect(outcomes).toEqual(['ok', 'CrashError', 'CrashError', 'CrashError', 'CrashError']);
    expect(reached).toEqual(['rename', 'close']);
    expect(run.hasCrashed).toBe(true);
    const later = run.async(operation('unlink'), async () => void reached.push('unlink'));
    await expect(later).rejects.toThrow('crashed before operation 2: unlink has no effect');
  });

  test('a call that was still delayed when the world stopped has no effect', async () => {
    let wake = (): void => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const run = new PlanRun(
      {
        seed: 1,
        rules: [
          { on: 'unlink', effect: delay(5) },
          { on: 'rename', effect: crash() },
        ],
      },
      { clock: { ...steppingClock(), sleep: () => asleep } },
    );
    let unlinked = false;
    const late = run.async(operation('unlink'), async () => {
      unlinked = true;
    });
    expect(outcomeOf(() => run.sync(operation('rename'), nothing))).toBe('CrashError');
    wake();
    await expect(late).rejects.toThrow('crashed before operation 2');
    expect(unlinked).toBe(false);
  });

  test('of two endings the first wins, and the other is told of as preempted', () => {
    const run = runOf(
      { on: 'rename', nth: 1, effect: fail('EBUSY') },
      { on: ['rename', 'link'], effect: fail('EIO') },
    );
    expect(outcomeOf(() => run.sync(operation('rename'), nothing))).toBe('EBUSY');
    expect(run.states[1]).toMatchObject({ matched: 1, fired: 0, preempted: 1 });
    expect(outcomeOf(() => run.sync(operation('rename'), nothing))).toBe('EIO');
  });
});
