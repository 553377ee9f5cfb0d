import { expect, test } from 'vitest';
import { oneOfTwoDies, starts, takenForDead, threeContenders, twoContenders } from './schedules.js';

// The bounded share of `npm run prove -- schedules`, which knows no bound where two contend.

test.each(Object.entries(starts))('two contenders, every schedule: %s', async (_, start) => {
  const { worlds, acknowledged } = await twoContenders(start);
  expect(worlds).toBeGreaterThan(100);
  // Both may become owners, one after the other.
  expect(acknowledged).toBe(2);
});

test.each(Object.entries(starts))(
  'two contenders, one dies anywhere, up to two switches: %s',
  async (_, start) => {
    await oneOfTwoDies(start, 2);
  },
);

test('a contender taken for dead while it runs never shares the fence, up to three switches', async () => {
  await takenForDead(3);
});

test.each(Object.entries(starts))('three contenders, up to one switch: %s', async (_, start) => {
  await threeContenders(start, 1);
});

test('three contenders, up to two switches, after an owner that died', async () => {
  await threeContenders(starts['an owner that died'], 2);
});
