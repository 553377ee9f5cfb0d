import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChangeFeed } from '../../../src/jobs/changes.js';
import type { JobChange } from '../../../src/jobs/jobStore.js';
import { storeClock } from '../../support/storeClock.js';

const change = (lsn: number): JobChange => ({ id: 'a', lsn, before: null, job: null });

function aFeed() {
  const clock = storeClock();
  const errors: unknown[] = [];
  return { clock, errors, feed: new ChangeFeed({ clock, onListenerError: (e) => errors.push(e) }) };
}

const lsns = (batch: readonly JobChange[]): number[] => batch.map(({ lsn }) => lsn);

test('changes of one turn are one batch, and the next batch comes a tenth of a second later', async () => {
  const { clock, feed } = aFeed();
  const heard: [number, number[]][] = [];
  feed.subscribe((batch) => void heard.push([clock.elapsed(), lsns(batch)]));
  feed.push(change(1));
  feed.push(change(2));
  await clock.turns();
  feed.push(change(3));
  await clock.advance(50);
  feed.push(change(4));
  await clock.advance(49);
  expect(heard).toEqual([[0, [1, 2]]]);
  await clock.advance(1);
  await clock.advance(500);
  feed.push(change(5));
  await clock.turns();
  expect(heard).toEqual([
    [0, [1, 2]],
    [100, [3, 4]],
    [600, [5]],
  ]);
});

test('a listener that throws or rejects is reported and gets the rest', async () => {
  const { clock, errors, feed } = aFeed();
  const heard: number[] = [];
  feed.subscribe((batch) => {
    heard.push(...lsns(batch));
    if (heard.length === 1) throw new Error('thrown');
    return Promise.reject(new Error('rejected'));
  });
  feed.push(change(1));
  await clock.advance(100);
  feed.push(change(2));
  await clock.advance(100);
  feed.push(change(3));
  await clock.advance(100);
  expect(heard).toEqual([1, 2, 3]);
  expect(errors.map(String)).toEqual(['Error: thrown', 'Error: rejected', 'Error: rejected']);
});

test('one who ends it hears nothing more, and others do', async () => {
  const { clock, feed } = aFeed();
  const one: number[] = [];
  const other: number[] = [];
  const end = feed.subscribe((batch) => void one.push(...lsns(batch)));
  feed.subscribe((batch) => void other.push(...lsns(batch)));
  feed.push(change(1));
  end();
  await clock.advance(1000);
  expect([one, other]).toEqual([[], [1]]);
  expect(feed.isHeard).toBe(true);
});

test('a batch waits for a listener that is busy with the last', async () => {
  const { clock, feed } = aFeed();
  const heard: number[][] = [];
  let done = (): void => {};
  feed.subscribe((batch) => {
    heard.push(lsns(batch));
    return new Promise((resolve) => {
      done = resolve;
    });
  });
  feed.push(change(1));
  await clock.turns();
  feed.push(change(2));
  feed.push(change(3));
  await clock.advance(5000);
  expect(heard).toEqual([[1]]);
  done();
  await clock.turns();
  expect(heard).toEqual([[1], [2, 3]]);
});

test('the end delivers what is left, and waits for a busy listener only so long', async () => {
  const { clock, feed } = aFeed();
  const heard: number[][] = [];
  feed.subscribe((batch) => {
    heard.push(lsns(batch));
    return new Promise(() => {});
  });
  feed.push(change(1));
  await clock.turns();
  feed.push(change(2));
  await clock.drive(feed.close(), 100);
  expect(heard).toEqual([[1], [2]]);
  expect(feed.isHeard).toBe(false);
  expect(clock.pending).toBe(0);
});

test('whatever comes when, every change is delivered once and in order, at most ten batches a second', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(3), fc.constantFrom(0, 1, 30, 99, 250)), { maxLength: 12 }),
      fc.integer({ min: 0, max: 300 }),
      async (bursts, takesMs) => {
        const { clock, feed } = aFeed();
        const heard: number[] = [];
        const times: number[] = [];
        feed.subscribe((batch) => {
          heard.push(...lsns(batch));
          times.push(clock.elapsed());
          return clock.sleep(takesMs);
        });
        let lsn = 0;
        for (const [count, wait] of bursts) {
          for (let n = 0; n < count; n++) feed.push(change(++lsn));
          if (wait > 0) await clock.advance(wait);
        }
        const before = times.length;
        await clock.drive(feed.close(), 50);
        expect(heard).toEqual(Array.from({ length: lsn }, (_, at) => at + 1));
        for (let at = 1; at < before; at++) {
          expect(times[at]! - times[at - 1]!).toBeGreaterThanOrEqual(Math.max(100, takesMs));
        }
      },
    ),
    { numRuns: 40 },
  );
});
