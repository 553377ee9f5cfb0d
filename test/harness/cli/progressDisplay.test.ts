import { describe, expect, test } from 'vitest';
import { createProgressDisplay } from '../../../harness/cli/progressDisplay.js';
import type { HuntEvent } from '../../../harness/events.js';
import { hunt } from '../../../harness/runner/hunt.js';
import { createTally } from '../../../harness/stats/tally.js';
import { fakeExecutor } from '../../support/fakeExecutor.js';
import { type FakeIo, fakeIo } from '../../support/fakeIo.js';

/** Twenty runs whose only attempt takes 50 ms of the fake clock. */
async function show(io: FakeIo): Promise<void> {
  const tally = createTally();
  const display = createProgressDisplay(io, tally);
  const events: AsyncIterable<HuntEvent> = hunt(
    {
      id: 'h1',
      seed: 7,
      root: '/repo',
      command: [],
      asked: { runs: 20, forMs: null, untilFailure: false, prove: null },
      confidence: 0.95,
      conditions: ['baseline'],
      order: 'declared',
      shard: null,
    },
    {
      executor: fakeExecutor({ onAttempt: () => io.clock.advance(50) }),
      clock: io.clock,
      load: io.createLoad(),
      signal: io.signal,
    },
  );
  for await (const event of events) {
    tally.add(event);
    display.see(event);
  }
  display.end();
}

const startedAt = (date: Date): HuntEvent => ({
  type: 'huntStarted',
  ...{ id: 'h', seed: 1, root: '/', command: [], vitest: '4.1.0', node: 'v20.0.0' },
  startedAt: date.toISOString(),
  asked: { runs: 2, forMs: null, untilFailure: false, prove: null },
  ...{ confidence: 0.95, conditions: ['baseline'], workers: 1, executor: 'vitest' },
  ...{ files: 1, projects: [], shard: null },
});

test('the time between a hunt’s end and its resumption is no time of the hunt', () => {
  const io = fakeIo({ isTTY: false });
  const tally = createTally();
  const display = createProgressDisplay(io, tally, 60_000);
  const started = startedAt(io.clock.date());
  io.clock.advance(3_600_000);
  tally.add(started);
  display.see(started);
  io.clock.advance(10_000);
  display.end();
  expect(io.err.text).toMatch(/^0 of 2 runs done, 1 min 10 s so far, /m);
  expect(io.err.text).not.toMatch(/\d h/);
});

describe('on a terminal', () => {
  test('the live region is redrawn at most ten times a second, and then cleared', async () => {
    const io = fakeIo({ isTTY: true });
    await show(io);
    expect(io.err.frames.filter((frame) => frame !== null)).toHaveLength(10);
    expect(io.err.frames.at(-1)).toBe(null);
    expect(io.err.text).toBe('');
    expect(io.out.frames).toEqual([]);
  });

  test('time goes on while nothing happens', () => {
    const io = fakeIo({ isTTY: true });
    const tally = createTally();
    const display = createProgressDisplay(io, tally);
    const started = startedAt(io.clock.date());
    tally.add(started);
    display.see(started);
    io.clock.advance(3_000);
    expect(io.err.frames).toHaveLength(3);
    display.end();
    io.clock.advance(3_000);
    expect(io.err.frames.filter((frame) => frame !== null)).toHaveLength(3);
    expect(io.clock.pending).toBe(0);
  });
});

describe.each([
  ['without a terminal', { isTTY: false }],
  ['in CI, even on a terminal', { isTTY: true, env: { CI: 'true' } }],
])('%s', (_, world) => {
  test('a short hunt is silent', async () => {
    const io = fakeIo(world);
    await show(io);
    expect([io.err.text, io.err.frames]).toEqual(['', []]);
  });

  test('a long one gives a line at most every ten seconds', async () => {
    const io = fakeIo(world);
    const { advance } = io.clock;
    await show({ ...io, clock: { ...io.clock, advance: (ms) => advance(ms * 50) } });
    expect(io.err.text.trimEnd().split('\n')).toHaveLength(5);
    expect(io.err.text).toContain('of 20 runs done');
  });
});
