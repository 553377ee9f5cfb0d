import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBreaker } from '../../../../src/engine/files/breaker.js';

type Step = 'admit' | 'succeeded' | 'failed' | 'cooled';

/** Takes the steps on a breaker of two failures and 100 ms, and tells its state and the last answer. */
function after(steps: readonly Step[]) {
  let now = 0;
  let answer = '';
  const breaker = createBreaker({ failures: 2, coolDown: 100 }, () => now);
  for (const step of steps) {
    if (step === 'cooled') now += 100;
    else answer = breaker[step]() ?? '';
  }
  return { state: breaker.state, answer };
}

describe('a breaker', () => {
  test.each<[steps: Step[], state: string, answer: string]>([
    [['admit'], 'closed', 'yes'],
    [['failed', 'admit'], 'closed', 'yes'],
    [['failed', 'succeeded', 'failed', 'admit'], 'closed', 'yes'],
    [['failed', 'failed', 'admit'], 'open', 'no'],
    [['failed', 'failed', 'cooled', 'admit'], 'halfOpen', 'trial'],
    [['failed', 'failed', 'cooled', 'admit', 'admit'], 'halfOpen', 'no'],
    [['failed', 'failed', 'cooled', 'admit', 'succeeded', 'admit'], 'closed', 'yes'],
    [['failed', 'failed', 'cooled', 'admit', 'failed', 'admit'], 'open', 'no'],
    [['failed', 'failed', 'cooled', 'admit', 'failed', 'cooled', 'admit'], 'halfOpen', 'trial'],
    [['failed', 'failed', 'cooled', 'admit', 'succeeded', 'failed', 'admit'], 'closed', 'yes'],
    [['failed', 'failed', 'cooled', 'failed', 'admit'], 'open', 'no'],
    [['failed', 'failed', 'succeeded', 'admit'], 'closed', 'yes'],
  ])('after %j is %s, and answers %s', (steps, state, answer) => {
    expect(after(steps)).toEqual({ state, answer });
  });

  test('tells how long it stays shut', () => {
    let now = 1000;
    const breaker = createBreaker({ failures: 1, coolDown: 100 }, () => now);
    expect(breaker.remaining()).toBe(0);
    breaker.failed();
    now += 30;
    expect(breaker.remaining()).toBe(70);
    now += 99;
    expect(breaker.remaining()).toBe(0);
  });

  test('lets one trial through at most until it is reported, in whatever order things come', () => {
    const step = fc.constantFrom<Step>('admit', 'succeeded', 'failed', 'cooled');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let now = 0;
        let trials = 0;
        const breaker = createBreaker({ failures: 2, coolDown: 100 }, () => now);
        for (const one of steps) {
          if (one === 'cooled') now += 100;
          else if (breaker[one]() === 'trial') expect(++trials).toBe(1);
          if (one === 'succeeded' || one === 'failed') trials = 0;
          if (one === 'succeeded') expect(breaker.admit()).toBe('yes');
        }
      }),
    );
  });
});
