import { describe, expect, test } from 'vitest';
import {
  attemptsBehind,
  backoff,
  passingCodes,
  type RetryNote,
  retrying,
  retryingFiles,
} from '../../../../src/engine/files/retry.js';
import type { RetryPolicy } from '../../../../src/engine/seam.js';
import type { Files } from '../../../../src/ports/files.js';
import { countingRandom, memoryFiles } from '../../../support/memoryFiles.js';
import { storeClock } from '../../../support/storeClock.js';

const policy: RetryPolicy = { attempts: 6, base: 10, cap: 100, jitter: 0 };
const failure = (code: string) => Object.assign(new Error(code), { code });

/** Something that fails so often, on a clock whose waits are noted. */
function trial(given: {
  fails: number;
  code?: string;
  policy?: RetryPolicy;
  fractions?: number[];
}) {
  const { fails, code = 'EBUSY' } = given;
  const clock = storeClock();
  const startedAt = clock.elapsed();
  const tries: number[] = [];
  const notes: RetryNote[] = [];
  const work = retrying(
    {
      clock,
      random: countingRandom(given.fractions),
      policy: given.policy ?? policy,
      codes: passingCodes('rename', 'posix'),
      onRetry: (note) => notes.push(note),
    },
    async () => {
      tries.push(clock.elapsed() - startedAt);
      if (tries.length <= fails) throw failure(code);
      return 'done';
    },
  );
  return { clock, tries, notes, result: () => clock.drive(work, 1000) };
}

describe('what may pass', () => {
  test('is tried again after twice as long each time, up to the cap', async () => {
    const { tries, notes, result } = trial({ fails: 5 });
    expect(await result()).toBe('done');
    expect(tries).toEqual([0, 10, 30, 70, 150, 250]);
    expect(notes).toEqual(
      [10, 20, 40, 80, 100].map((delay, n) => ({ attempt: n + 1, code: 'EBUSY', delay })),
    );
  });

  test('fails with its own last error, and the number of tries, when it never passes', async () => {
    const { tries, result } = trial({ fails: 99 });
    const error: unknown = await result().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'EBUSY' });
    expect(attemptsBehind(error)).toBe(6);
    expect(tries).toHaveLength(6);
  });

  test('waits a drawn share of its time with jitter', async () => {
    const jittery = { ...policy, jitter: 1 };
    const { tries, result } = trial({ fails: 3, policy: jittery, fractions: [0.5, 0, 0.25] });
    await result();
    expect(tries).toEqual([0, 5, 5, 15]);
  });

  test('is tried once where one try is all', async () => {
    const { tries, result } = trial({ fails: 1, policy: { ...policy, attempts: 1 } });
    await expect(result()).rejects.toMatchObject({ code: 'EBUSY' });
    expect(tries).toEqual([0]);
  });
});

test('what does not pass fails at once', async () => {
  const { tries, result } = trial({ fails: 1, code: 'ENOSPC' });
  const error: unknown = await result().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'ENOSPC' });
  expect(attemptsBehind(error)).toBe(1);
  expect(tries).toHaveLength(1);
});

test.each([
  [0, 0, 40],
  [0, 0.9, 40],
  [0.5, 0, 20],
  [0.5, 0.5, 30],
  [1, 0, 0],
  [1, 0.75, 30],
])('jitter %d, drawn %d: the third wait of base 10 is %d ms', (jitter, fraction, delay) => {
  expect(backoff({ attempts: 9, base: 10, cap: 1000, jitter }, 3, fraction)).toBe(delay);
});

test('EPERM passes on Windows only; what is gone is not waited for', () => {
  expect(passingCodes('rename', 'posix').has('EPERM')).toBe(false);
  expect(passingCodes('rename', 'windows').has('EPERM')).toBe(true);
  expect(passingCodes('open', 'posix').has('ENOENT')).toBe(true);
  expect(passingCodes('unlink', 'posix').has('ENOENT')).toBe(false);
  expect(passingCodes('unlink', 'windows').has('ENOENT')).toBe(false);
});

describe('files that retry', () => {
  const calls = ['open', 'rename', 'link', 'unlink', 'makeFolder'] as const;

  const filesFailing = (code: string, join: Files['join'] = (...parts) => parts.join('/')) => {
    const clock = storeClock();
    const tries: string[] = [];
    const fail = (name: string) => async () => {
      tries.push(name);
      throw failure(code);
    };
    const failing = Object.fromEntries(calls.map((name) => [name, fail(name)]));
    const files: Files = { ...memoryFiles().files, ...failing, join };
    const how = { clock, random: countingRandom(), policy, onRetry: () => {} };
    return { clock, tries, files: retryingFiles(files, how) };
  };

  test.each(calls)('try %s again', async (name) => {
    const { clock, tries, files } = filesFailing('EAGAIN');
    const call: Promise<unknown> = files[name]('/data/a', 'read');
    await expect(clock.drive(call, 1000)).rejects.toMatchObject({ code: 'EAGAIN' });
    expect(tries).toEqual(Array(6).fill(name));
  });

  test('know Windows by its paths', async () => {
    const { clock, tries, files } = filesFailing('EPERM', (...parts) => parts.join('\\'));
    await expect(clock.drive(files.rename('a', 'b'), 1000)).rejects.toThrow();
    expect(tries).toHaveLength(6);
    const posix = filesFailing('EPERM');
    await expect(posix.files.rename('a', 'b')).rejects.toThrow();
    expect(posix.tries).toHaveLength(1);
  });
});
