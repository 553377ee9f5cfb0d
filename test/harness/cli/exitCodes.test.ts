import { expect, test } from 'vitest';
import { exitCodeOf } from '../../../harness/cli/exitCodes.js';
import { FlakehoundError, InvariantError } from '../../../src/index.js';

test.each([
  ['USAGE_OPTION', 2],
  ['USAGE_REPORT_PATH', 2],
  ['REPORT_INVALID', 2],
  ['REPORT_MISMATCH', 2],
  ['ENV_GIT', 3],
  ['ENV_STATE_DIR', 3],
  ['FILE_WRITE', 3],
] as const)('%s exits with %i', (code, exit) => {
  expect(exitCodeOf(new FlakehoundError(code, 'm', { hint: 'h' }))).toBe(exit);
});

test('whatever has no code of ours is our bug', () => {
  for (const error of [new InvariantError('i'), new TypeError('t'), 'text', undefined]) {
    expect(exitCodeOf(error)).toBe(70);
  }
});
