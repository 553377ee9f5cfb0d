import { expect, test } from 'vitest';
import { signatureOf } from '../../../harness/stats/signature.js';
import { type Origin, SignatureTally } from '../../../harness/stats/signatureTally.js';
import { failure } from './builders.js';

const origin: Origin = { seed: 7, confidence: 0.95, command: ['hunt'] };
const kind = (at: number) => signatureOf(failure({ message: `kind ${at}` }));

function tallyOfKinds(count: number): SignatureTally {
  const tally = new SignatureTally();
  for (let at = 1; at <= count; at++) tally.add(kind(at), at, origin);
  return tally;
}

test('the most frequent comes first, and remembers its first run', () => {
  const tally = tallyOfKinds(2);
  tally.add(kind(2), 9, origin);
  tally.add(kind(2), 1, origin);
  expect(tally.list()).toMatchObject([
    { message: 'kind 2', count: 3, firstRun: 1 },
    { message: 'kind 1', count: 1, firstRun: 1 },
  ]);
});

test('beyond fifty kinds the rest is counted in one entry, which comes last', () => {
  const list = tallyOfKinds(80).list();
  expect(list).toHaveLength(51);
  expect(list.at(-1)).toMatchObject({ message: 'other failures', count: 30, firstRun: 51 });
});

test('a kind that is kept counts on when there are too many', () => {
  const tally = tallyOfKinds(80);
  tally.add(kind(50), 81, origin);
  expect(tally.list()[0]).toMatchObject({ message: 'kind 50', count: 2 });
});

test('others stay others when reports are joined', () => {
  const joined = tallyOfKinds(60);
  joined.absorb(tallyOfKinds(60).list(), { ...origin });
  expect(joined.list()).toHaveLength(51);
  expect(joined.list().at(-1)).toMatchObject({ message: 'other failures', count: 20 });
  expect(joined.list().reduce((sum, { count }) => sum + count, 0)).toBe(120);
});

test('the hunt that saw a failure first keeps its run number', () => {
  const tally = new SignatureTally();
  tally.add(kind(1), 12, origin);
  tally.absorb([{ ...kind(1), count: 2, firstRun: 3 }], { ...origin, seed: 8 });
  expect(tally.list()).toMatchObject([{ count: 3, firstRun: 12, origin: { seed: 7 } }]);
});

test('others from a report leave room for all fifty kinds', () => {
  const tally = new SignatureTally();
  tally.absorb([{ message: 'other failures', frame: null, count: 9, firstRun: 2 }], origin);
  for (let at = 1; at <= 50; at++) tally.add(kind(at), at, origin);
  expect(tally.list()).toHaveLength(51);
  expect(tally.list().at(-1)).toMatchObject({ message: 'other failures', count: 9 });
});
