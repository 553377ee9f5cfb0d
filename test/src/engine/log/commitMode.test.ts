import { expect, test } from 'vitest';
import { type CommitOption, createCommitMode } from '../../../../src/engine/log/commitMode.js';

function after(option: CommitOption, durations: readonly number[]): boolean {
  const mode = createCommitMode(option);
  for (const took of durations) mode.measured(took);
  return mode.isNow;
}
const times = (count: number, took: number): number[] => Array.from({ length: count }, () => took);

test.each<[string, CommitOption, readonly number[], boolean]>([
  ['auto begins on the main thread', 'auto', [], true],
  ['auto stays there on a fast disk', 'auto', times(50, 0.2), true],
  ['a slow disk moves it to the background', 'auto', times(10, 8), false],
  [
    'two very slow commits among fast ones do not',
    'auto',
    [...times(20, 0.2), 800, 800, 0.2],
    true,
  ],
  ['a disk that gets fast brings it back', 'auto', [...times(10, 8), ...times(40, 0.2)], true],
  ['between the marks it stays what it was', 'auto', [...times(10, 8), ...times(99, 1)], false],
  ['now is now on any disk', 'now', times(50, 50), true],
  ['background is background on any disk', 'background', times(50, 0.1), false],
])('%s', (_name, option, durations, isNow) => {
  expect(after(option, durations)).toBe(isNow);
});
