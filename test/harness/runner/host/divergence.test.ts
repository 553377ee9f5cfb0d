import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../../harness/events.js';
import { Comparison } from '../../../../harness/runner/host/divergence.js';
import { plainFailure } from '../../../../harness/runner/host/failures.js';
import { type FileFact, identify } from '../../../../harness/runner/host/fileTap.js';

const failure = plainFailure('Error', 'no');
const outcomes: Record<string, Outcome> = {
  p: { kind: 'passed', durationMs: 1 },
  f: { kind: 'failed', durationMs: 1, failure },
  t: { kind: 'timedOut', durationMs: 1, failure },
  c: { kind: 'crashed', durationMs: 1, failure },
  s: { kind: 'skipped', why: 'declared' },
};

/** Facts of a file with one test, whose tries are given by letter; '' for no such test. */
const tries = (letters: string, name = 'saves', ordinal = 0): FileFact[] =>
  [...letters].map((letter, attempt) => {
    const outcome = outcomes[letter];
    if (!outcome) throw new Error(`no outcome for ${letter}`);
    return { type: 'attempt', test: identify('', 'a', name, ordinal), attempt, outcome };
  });

const fileFails: FileFact = { type: 'failure', phase: 'hook', failure };

describe('two ways of running a test', () => {
  test.each([
    // Plain, forked: what each pass showed; a comma between passes.
    ['p', 'p', null],
    ['f', 'f', null],
    ['s', 's', null],
    ['f', 't', null],
    ['f', 'c', null],
    ['p', 'f', '"saves" passes in an ordinary worker and fails in a forked one'],
    ['f', 'p', '"saves" fails in an ordinary worker and passes in a forked one'],
    ['p', 's', '"saves" passes in an ordinary worker and is skipped in a forked one'],
    ['p', 't', '"saves" passes in an ordinary worker and fails in a forked one'],
    // Flaky either way is no contradiction, as soon as one outcome is common.
    ['p,f', 'f', null],
    ['p', 'f,p', null],
    ['p,f', 'p,f', null],
    ['p,p', 'f,f', '"saves" passes in an ordinary worker and fails in a forked one'],
    ['p,s', 'f', '"saves" passes or is skipped in an ordinary worker and fails in a forked one'],
    // With retries the last try counts.
    ['fp', 'p', null],
    ['fp', 'ffp', null],
    ['fp', 'f', '"saves" passes in an ordinary worker and fails in a forked one'],
    // A test may be missing.
    ['p', '', '"saves" does not exist in a forked worker'],
    ['', 'p', '"saves" exists only in a forked worker'],
    ['', '', null],
    [',p', 'p', null],
  ])('%j and %j: %s', (plain, forked, expected) => {
    const comparison = new Comparison();
    for (const pass of plain.split(',')) comparison.add('plain', tries(pass));
    for (const pass of forked.split(',')) comparison.add('forked', tries(pass));
    expect(comparison.contradiction()).toBe(expected);
  });

  test('a file that fails outside its tests in one way only contradicts itself', () => {
    const comparison = new Comparison();
    comparison.add('plain', tries('p'));
    comparison.add('forked', [...tries('p'), fileFails]);
    expect(comparison.contradiction()).toBe(
      '"the file itself" passes in an ordinary worker and fails in a forked one',
    );
    comparison.add('plain', [...tries('p'), fileFails]);
    expect(comparison.contradiction()).toBeNull();
  });

  test('tests of one name are compared each with its own', () => {
    const comparison = new Comparison();
    comparison.add('plain', [...tries('p', 'twin', 0), ...tries('f', 'twin', 1)]);
    comparison.add('forked', [...tries('p', 'twin', 0), ...tries('p', 'twin', 1)]);
    expect(comparison.contradiction()).toBe(
      '"twin#1" fails in an ordinary worker and passes in a forked one',
    );
  });

  test('the first of several contradictions is told', () => {
    const comparison = new Comparison();
    comparison.add('plain', [...tries('p', 'a'), ...tries('p', 'b')]);
    comparison.add('forked', [...tries('f', 'a'), ...tries('f', 'b')]);
    expect(comparison.contradiction()).toMatch(/^"a" /);
  });
});
