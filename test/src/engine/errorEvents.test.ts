import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeErrorEventText,
  type ErrorEvents,
  encodeErrorEventText,
  type NewErrorEvent,
  noErrorEvents,
  noteError,
  resolveError,
  withErrorEvent,
} from '../../../src/engine/errorEvents.js';
import type { ErrorEvent } from '../../../src/index.js';

const happened = (given: Partial<NewErrorEvent> = {}): NewErrorEvent => ({
  at: 1000,
  severity: 'error',
  code: 'EIO',
  message: 'fdatasync failed',
  ...given,
});
const all = (given: readonly Partial<NewErrorEvent>[], limit = 100): ErrorEvents =>
  given.reduce((errors, one) => noteError(errors, happened(one), limit).errors, noErrorEvents);
const ids = ({ events }: ErrorEvents) => events.map(({ id }) => id);

describe('what went wrong', () => {
  test('is kept in order, each under a number of its own', () => {
    const { events } = all([{ message: 'first' }, { message: 'second', at: 2000 }]);
    expect(events).toEqual([
      { ...happened({ message: 'first' }), id: 1, count: 1, lastAt: 1000, resolvedAt: null },
      {
        ...happened({ message: 'second', at: 2000 }),
        id: 2,
        count: 1,
        lastAt: 2000,
        resolvedAt: null,
      },
    ]);
  });

  test('again is counted where it stands, with its last time and its worst severity', () => {
    const { events } = all([
      { severity: 'warning' },
      { at: 3000, severity: 'fatal' },
      { at: 2000, severity: 'info' },
    ]);
    expect(events).toMatchObject([{ at: 1000, count: 3, lastAt: 3000, severity: 'fatal' }]);
  });

  test('with another code or message is something else', () => {
    expect(ids(all([{}, { code: 'ENOSPC' }, { message: 'write failed' }]))).toEqual([1, 2, 3]);
  });

  test('again after it was resolved is new', () => {
    const resolved = resolveError(all([{}]), 1, 1500)!;
    expect(resolved.event).toMatchObject({ id: 1, resolvedAt: 1500 });
    const { errors, event } = noteError(resolved.errors, happened({ at: 2000 }), 100);
    expect(ids(errors)).toEqual([1, 2]);
    expect(event).toMatchObject({ id: 2, at: 2000, count: 1 });
  });

  test('is resolved once, and only if it is there', () => {
    const { errors } = resolveError(all([{}]), 1, 1500)!;
    expect(resolveError(errors, 1, 1600)).toBeUndefined();
    expect(resolveError(errors, 2, 1600)).toBeUndefined();
  });

  test('is never resolved before it came last, wherever the clock jumped', () => {
    expect(resolveError(all([{ at: 5000 }]), 1, 10)?.event.resolvedAt).toBe(5000);
  });
});

describe('where there are too many', () => {
  const four: Partial<NewErrorEvent>[] = [
    { message: 'a', severity: 'error' },
    { message: 'b', severity: 'info' },
    { message: 'c', severity: 'info' },
    { message: 'd', severity: 'fatal' },
  ];

  test('the oldest of the least severe goes', () => {
    expect(ids(all(four, 3))).toEqual([1, 3, 4]);
    expect(ids(all(four, 2))).toEqual([1, 4]);
    expect(ids(all(four, 1))).toEqual([4]);
  });

  test('what is resolved goes before', () => {
    const { errors } = resolveError(all(four), 4, 2000)!;
    expect(ids(noteError(errors, happened({ message: 'e' }), 4).errors)).toEqual([1, 2, 3, 5]);
  });

  test('no number is given twice', () => {
    const errors = all([...four, { message: 'e', severity: 'info' }], 2);
    expect(noteError(errors, happened({ message: 'f' }), 2).event.id).toBe(6);
  });
});

test('read back from their records they are the same', () => {
  const step = fc.record({
    code: fc.constantFrom('EIO', 'ENOSPC'),
    message: fc.constantFrom('a', 'b', 'c'),
    severity: fc.constantFrom('info', 'warning', 'error', 'fatal'),
    resolve: fc.nat(6),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let errors = noErrorEvents;
      let readBack = noErrorEvents;
      const record = (event: ErrorEvent) => {
        const read = decodeErrorEventText(encodeErrorEventText(event));
        expect(read).toEqual(event);
        readBack = withErrorEvent(readBack, read!, 4);
      };
      steps.forEach(({ resolve, ...given }, n) => {
        const noted = noteError(errors, { ...given, at: n }, 4);
        record(noted.event);
        const resolved = resolveError(noted.errors, resolve, n);
        if (resolved !== undefined) record(resolved.event);
        errors = resolved?.errors ?? noted.errors;
      });
      expect(readBack).toEqual(errors);
    }),
  );
});

test.each([
  '',
  'null',
  '[]',
  '{"id":1}',
  encodeErrorEventText(all([{}]).events[0]!).replace('1', '-1'),
])('a record that says %j is none', (text) => {
  expect(decodeErrorEventText(text)).toBeUndefined();
});
