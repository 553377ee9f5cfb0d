import { expect, test } from 'vitest';
import { exitJudgement } from '../../../harness/stats/exitJudgement.js';
import {
  asked,
  attempt,
  failed,
  failure,
  fileFailed,
  fileFinished,
  passed,
  reportOf,
  runFinished,
  skipped,
} from './builders.js';

const raised = {
  type: 'errorRaised',
  run: 1,
  condition: 'baseline',
  failure: failure(),
} as const;

/** The rows of the table beside `exitJudgement`: what was found, then flaky, broken, never. */
test.each([
  ['nothing at all', [], 'clean', 'clean'],
  ['stable', [attempt(1, passed)], 'clean', 'clean'],
  ['unproven', [attempt(1, skipped)], 'clean', 'clean'],
  ['a flaky test', [attempt(1, passed), attempt(2, failed())], 'found', 'clean'],
  ['a flaky file', [fileFinished(1), fileFailed(2)], 'found', 'clean'],
  ['a broken test', [attempt(1, failed())], 'found', 'found'],
  ['a broken file', [fileFailed(1)], 'found', 'found'],
  ['an error', [attempt(1, passed), raised], 'found', 'found'],
  ['a crashed run', [runFinished(1, { status: 'crashed' })], 'found', 'found'],
] as const)('%s', (_, events, onFlaky, onBroken) => {
  const report = reportOf(events);
  expect(exitJudgement(report, 'flaky')).toBe(onFlaky);
  expect(exitJudgement(report, 'broken')).toBe(onBroken);
  expect(exitJudgement(report, 'never')).toBe('clean');
});

test('a proof that ran out of time has found nothing', () => {
  const report = reportOf([attempt(1, passed)], { asked: asked({ prove: 0.01 }) });
  expect(exitJudgement(report, 'flaky')).toBe('clean');
});
