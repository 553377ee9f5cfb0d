import { expect, test } from 'vitest';
import { createPace } from '../../../../src/engine/files/pace.js';
import { storeClock } from '../../../support/storeClock.js';

test('work goes on at once while its slice lasts', async () => {
  const clock = storeClock();
  const pace = createPace(clock, 5);
  expect(pace.turn()).toBeUndefined();
  await clock.advance(4);
  expect(pace.turn()).toBeUndefined();
});

test('then everybody else has a turn, and a new slice begins', async () => {
  const clock = storeClock();
  const pace = createPace(clock, 5);
  await clock.advance(5);
  const order: string[] = [];
  clock.soon(() => order.push('somebody else'));
  await pace.turn()?.then(() => order.push('the work'));
  expect(order).toEqual(['somebody else', 'the work']);
  expect(pace.turn()).toBeUndefined();
  await clock.advance(5);
  expect(pace.turn()).toBeInstanceOf(Promise);
});
