import { install } from '@sinonjs/fake-timers';
import { expect, test } from 'vitest';
import { systemClock } from '../../../harness/runner/clock.js';

/** Longer than `setTimeout` can wait: it would fire at once. */
const longMs = 2 ** 31 + 1_000;

test('a wait longer than a timer of Node can take ends when it should', () => {
  const timers = install({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    let calls = 0;
    systemClock.after(longMs, () => {
      calls += 1;
    });
    timers.tick(longMs - 1);
    expect(calls).toBe(0);
    timers.tick(1);
    expect(calls).toBe(1);
  } finally {
    timers.uninstall();
  }
});

test('a wait that is called off never ends, in whichever step it is', () => {
  const timers = install({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    let calls = 0;
    const cancel = systemClock.after(longMs, () => {
      calls += 1;
    });
    timers.tick(2 ** 31);
    cancel();
    timers.runAll();
    expect(calls).toBe(0);
  } finally {
    timers.uninstall();
  }
});
