import { inThreads } from '../support/e2e.js';

/**
 * What one run makes of each test of `suites/survive`: file to name to the ends of its attempts;
 * `unheard` has none, and may be missing.
 */
export const expectedTests: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...each(['healthy-a', 'healthy-b', 'healthy-c'], {
    adds: 'passed',
    'nested > waits': 'passed',
    'nested > compares': 'passed',
  }),
  // Vitest makes an error of it.
  ...each(['exit'], { before: 'passed', bad: 'failed', after: 'passed' }),
  ...each(['really-exit', 'exit-clean', 'memory'], {
    before: 'passed',
    bad: 'crashed',
    after: 'skipped',
  }),
  // These take a thread's whole process along, with what it had not told yet: tests to come.
  ...each(['sigkill', 'segfault'], {
    before: 'passed',
    bad: 'crashed',
    after: inThreads ? 'unheard' : 'skipped',
  }),
  // A thread is not allowed to abort its process: the call throws.
  ...each(
    ['abort'],
    inThreads
      ? { before: 'passed', bad: 'failed', after: 'passed' }
      : { before: 'passed', bad: 'crashed', after: 'skipped' },
  ),
  ...each(['loop'], { before: 'passed', bad: 'timedOut', after: 'skipped' }),
  ...each(['never-settles'], { before: 'passed', bad: 'timedOut', after: 'passed' }),
  ...each(
    ['exit-code', 'noise', 'unhandled-during', 'unhandled-after', 'thrown-later', 'after-all'],
    { before: 'passed', bad: 'passed', after: 'passed' },
  ),
  ...each(['wont-close'], { 'leaves a server and an interval': 'passed' }),
  ...each(['wont-die'], { 'ignores every signal it can': 'passed' }),
  ...each(['leaked-child'], {
    'leaves a child': 'passed',
    'leaves a child that holds its output': 'passed',
    'leaves a detached child': 'passed',
  }),
  ...each(['before-all'], { 'ready > outside': 'passed', 'unready > inside': 'skipped' }),
  ...each(['before-each'], {
    outside: 'passed',
    'with a bad beforeEach > set up': 'failed',
    'with a bad afterEach > cleaned up': 'failed',
  }),
  ...each(['names'], {
    'same #0': 'passed',
    'same #1': 'failed',
    'number 1': 'passed',
    'number 2': 'passed',
    'number 3': 'failed',
    'at once x': 'passed',
    'at once y': 'failed',
    'arrow > in > name': 'passed',
  }),
  ...each(['marks'], {
    runs: 'passed',
    skipped: 'skipped',
    'to do': 'skipped',
    'skipped by a condition': 'skipped',
    'skips itself': 'skipped',
    'fails as it should': 'passed',
    'skipped suite > inside': 'skipped',
  }),
  ...each(['only'], { 'left out': 'skipped', 'the only one': 'passed' }),
  ...each(['retry'], {
    'passes on the second try': 'failed passed',
    'passes at once': 'passed',
    'never passes': 'failed failed failed',
  }),
  ...each(['repeats'], {
    'repeats and passes': 'passed passed passed',
    'repeats and fails once': 'passed failed passed',
  }),
};

/** What goes wrong outside tests: file to phase and a part of the message. */
export const expectedFileFailures: Readonly<Record<string, readonly [string, RegExp]>> = {
  'test/after-all.test.ts': ['hook', /afterAll failed/],
  'test/before-all.test.ts': ['hook', /beforeAll failed.*unready/],
  'test/import-missing.test.ts': ['import', /no-such-file/],
  'test/import-throws.test.ts': ['import', /import failed/],
  'test/syntax.test.js': ['import', /pars|syntax|numeric/i],
  'test/thrown-later.test.ts': ['unhandled', /thrown by a timer after its test/],
  'test/unhandled-after.test.ts': ['unhandled', /rejected after the tests/],
  'test/unhandled-during.test.ts': ['unhandled', /rejected during a test/],
};

/** Why a test crashed or timed out, in words: file to a part of the message. */
export const expectedWords: Readonly<Record<string, RegExp>> = {
  'test/exit.test.ts': /process\.exit/,
  'test/really-exit.test.ts': /exited with code 7|exit code 7/,
  'test/exit-clean.test.ts': /exited with code 0|exit code 0/,
  'test/sigkill.test.ts': /SIGKILL/,
  'test/segfault.test.ts': /SIGSEGV/,
  'test/memory.test.ts': /out of memory/,
  'test/loop.test.ts': /no sign of life/,
  'test/never-settles.test.ts': /timed out in 300/,
};

function each(
  files: readonly string[],
  tests: Readonly<Record<string, string>>,
): Record<string, Readonly<Record<string, string>>> {
  return Object.fromEntries(files.map((file) => [`test/${file}.test.ts`, tests]));
}
