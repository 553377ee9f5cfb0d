import { expect, test } from 'vitest';
import {
  type Contestant,
  chanceFrom,
  race,
  shuffled,
} from '../../../../harness/bench/store/race.js';

/** Contestants on a clock of their own: each unit takes as many milliseconds as its entry says. */
function onClock(unitMs: Readonly<Record<string, number>>) {
  let now = 0;
  const said: string[] = [];
  const contestants = Object.entries(unitMs).map(
    ([name, ms]): Contestant => ({
      name,
      before: () => {
        now += 1000;
      },
      turn: (units) => {
        now += ms * units;
        said.push(name);
      },
      close: () => void said.push(`${name} closes`),
    }),
  );
  return { contestants, said, now: () => now };
}

const options = { rounds: 3, units: 4, warmUps: 2, chance: () => 0.99 };

test('a round counts the mean of its units, and nothing that comes before a turn', async () => {
  const { contestants, now } = onClock({ fast: 1, slow: 5 });
  const times = await race(contestants, { ...options, now });
  expect(times).toEqual([
    { name: 'fast', rounds: [1000, 1000, 1000] },
    { name: 'slow', rounds: [5000, 5000, 5000] },
  ]);
});

test('everybody has one turn a round, warm-ups included, and is closed at the end', async () => {
  const { contestants, said, now } = onClock({ a: 1, b: 1 });
  await race(contestants, { ...options, now });
  expect(said).toEqual([...Array(5).fill(['a', 'b']).flat(), 'a closes', 'b closes']);
});

test('everybody is closed when one fails', async () => {
  const { contestants, said, now } = onClock({ a: 1 });
  const broken: Contestant = {
    name: 'broken',
    turn: () => Promise.reject(new Error('a disk is gone')),
    close: () => void said.push('broken closes'),
  };
  const racing = race([broken, ...contestants], { ...options, now });
  await expect(racing).rejects.toThrow('a disk is gone');
  expect(said).toEqual(expect.arrayContaining(['broken closes', 'a closes']));
});

test('every order comes about, about as often as any other', () => {
  const chance = chanceFrom(7);
  const counts = new Map<string, number>();
  for (let k = 0; k < 6000; k++) {
    const order = shuffled(['a', 'b', 'c'], chance).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('a seed gives the same numbers again, from 0 up to 1, and another seed others', () => {
  const draw = (seed: number) => Array.from({ length: 1000 }, chanceFrom(seed));
  expect(draw(3)).toEqual(draw(3));
  expect(draw(3)).not.toEqual(draw(4));
  expect(draw(3).every((n) => n >= 0 && n < 1)).toBe(true);
});
