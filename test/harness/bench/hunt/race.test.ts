import { expect, test } from 'vitest';
import type { Contestant } from '../../../../harness/bench/hunt/contestant.js';
import { race } from '../../../../harness/bench/hunt/race.js';

/** Contestants that write down their turns, on a clock which each run moves on. */
function stage() {
  let nowMs = 0;
  const log: string[] = [];
  const contestant = (name: string, runMs: number, more: Partial<Contestant> = {}): Contestant => ({
    name,
    runsPerTurn: 1,
    warmUps: 1,
    remarks: [],
    open: async () => void log.push(`open ${name}`),
    run: async () => {
      log.push(name);
      nowMs += runMs;
      return null;
    },
    close: async () => void log.push(`close ${name}`),
    ...more,
  });
  const { signal } = new AbortController();
  return { log, contestant, options: { now: () => nowMs, signal, onTurn: () => undefined } };
}

test('contestants take turns, and another one begins each round', async () => {
  const { log, contestant, options } = stage();
  await race([contestant('a', 1), contestant('b', 1)], { ...options, rounds: 2 });
  const opening = ['open a', 'a', 'open b', 'b'];
  expect(log).toEqual([...opening, 'a', 'b', 'b', 'a', 'close a', 'close b']);
});

test("a round's time is the mean of the turn's runs, warm-ups apart", async () => {
  const { contestant, options } = stage();
  const quick = contestant('quick', 10, { runsPerTurn: 3, warmUps: 2 });
  const [times] = await race([quick], { ...options, rounds: 2 });
  expect(times).toMatchObject({ warmUpsMs: [10, 10], roundsMs: [10, 10], wrong: [] });
});

test('a wrong result is kept in words', async () => {
  const { contestant, options } = stage();
  const wrong = contestant('a', 1, { run: async () => '3 of 4 passed' });
  const [times] = await race([wrong], { ...options, rounds: 1 });
  expect(times?.wrong).toEqual(['3 of 4 passed', '3 of 4 passed']);
});

test('all are closed when one of them breaks down', async () => {
  const { log, contestant, options } = stage();
  const broken = contestant('b', 1, { run: () => Promise.reject(new Error('gone')) });
  const racing = race([contestant('a', 1), broken], { ...options, rounds: 1 });
  await expect(racing).rejects.toThrow('gone');
  expect(log).toEqual(['open a', 'a', 'open b', 'close a', 'close b']);
});

test('an interrupted race ends before the next run, with all closed', async () => {
  const { log, contestant, options } = stage();
  const abort = new AbortController();
  const racing = race(
    [contestant('a', 1, { run: async () => abort.abort() ?? null }), contestant('b', 1)],
    { ...options, rounds: 1, signal: abort.signal },
  );
  await expect(racing).rejects.toThrow('aborted');
  expect(log).toEqual(['open a', 'open b', 'close a', 'close b']);
});
